package dev.holdfast.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.holdfast.Resilience;
import dev.holdfast.breaker.CircuitBreaker;
import dev.holdfast.breaker.CircuitBreakerConfig;
import dev.holdfast.breaker.CircuitOpenException;
import dev.holdfast.model.Model;
import dev.holdfast.outcome.AttemptTimeoutException;
import dev.holdfast.outcome.Failure;
import dev.holdfast.outcome.FailureClass;
import dev.holdfast.plan.Attempt;
import dev.holdfast.plan.AttemptRecord;
import dev.holdfast.plan.CallFailure;
import dev.holdfast.plan.CallRecord;
import dev.holdfast.plan.CallTrace;
import dev.holdfast.retry.Backoff;
import dev.holdfast.retry.Retry;
import dev.holdfast.testkit.ManualTime;
import java.io.IOException;
import java.net.ConnectException;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ChainTest {

  private final ManualTime time = new ManualTime();
  private final Resilience resilience =
      Resilience.builder()
          .model(
              Model.named("claude-sonnet")
                  .circuitBreaker(CircuitBreakerConfig.builder().failureThreshold(4).build())
                  .attemptTimeout(Duration.ofSeconds(30))
                  .build())
          .model(Model.of("claude-haiku"))
          .retry(
              Retry.builder().maxAttempts(2).backoff(Backoff.fixed(Duration.ofSeconds(1))).build())
          .deadline(Duration.ofSeconds(100))
          .time(time)
          .build();
  private final List<String> asked = new ArrayList<>();

  @ParameterizedTest
  @EnumSource
  void chain_healthyPrimary_answersWithoutAWait(Face face) throws Exception {
    var answer = face.ask(resilience, time, attempt -> answer(attempt.model()));

    assertThat(answer).isEqualTo("claude-sonnet answers");
    assertThat(asked).containsExactly("claude-sonnet");
    assertThat(time.elapsed()).isZero();
    // Blocking attempts leave one timer between them.
    assertThat(time.scheduled()).isLessThanOrEqualTo(1);
  }

  @ParameterizedTest
  @EnumSource
  void chain_connectionFailsOnce_asksTheSameModelAgainAfterTheBackoff(Face face) throws Exception {
    var answer =
        face.ask(
            resilience,
            time,
            attempt -> attempt.number() == 1 ? refuse(attempt.model()) : answer(attempt.model()));

    assertThat(answer).isEqualTo("claude-sonnet answers");
    assertThat(asked).containsExactly("claude-sonnet", "claude-sonnet");
    assertThat(time.elapsed()).isEqualTo(Duration.ofSeconds(1));
    assertThat(breaker("claude-sonnet").failures()).isZero();
  }

  @ParameterizedTest
  @EnumSource
  void chain_primaryDown_fallsBackToTheNextModel(Face face) throws Exception {
    var answer = face.ask(resilience, time, this::primaryDown);

    assertThat(answer).isEqualTo("claude-haiku answers");
    assertThat(asked).containsExactly("claude-sonnet", "claude-sonnet", "claude-haiku");
    assertThat(breaker("claude-sonnet").failures()).isEqualTo(2);
  }

  @ParameterizedTest
  @EnumSource
  void chain_primaryOpen_isNotAskedUntilItsWaitIsOver(Face face) throws Exception {
    face.ask(resilience, time, this::primaryDown);
    face.ask(resilience, time, this::primaryDown);
    asked.clear();

    face.ask(resilience, time, attempt -> answer(attempt.model()));
    time.advance(Duration.ofSeconds(60));
    face.ask(resilience, time, attempt -> answer(attempt.model()));

    assertThat(asked).containsExactly("claude-haiku", "claude-sonnet");
    assertThat(breaker("claude-sonnet").state()).isEqualTo(CircuitBreaker.State.CLOSED);
  }

  @ParameterizedTest
  @EnumSource
  void chain_exhausted_throwsTheLastFailureWithTheEarlierOnesSuppressed(Face face) {
    var thrown =
        catchThrowable(() -> face.ask(resilience, time, attempt -> refuse(attempt.model())));

    assertThat(thrown).isInstanceOf(ConnectException.class).hasMessage("claude-haiku refused");
    assertThat(thrown.getSuppressed())
        .filteredOn(suppressed -> !(suppressed instanceof CallTrace))
        .extracting(Throwable::getMessage)
        .containsExactly("claude-sonnet refused", "claude-sonnet refused", "claude-haiku refused");
    assertThat(Objects.requireNonNull(CallRecord.of(thrown)).attempts())
        .extracting(AttemptRecord::failure)
        .containsOnly(FailureClass.CONNECTION_FAILED)
        .hasSize(4);
  }

  @ParameterizedTest
  @EnumSource
  void chain_exhausted_givesTheDegradedAnswer(Face face) throws Exception {
    var failures = new ArrayList<CallFailure>();

    var answer =
        face.ask(
            resilience,
            time,
            attempt -> refuse(attempt.model()),
            failure -> {
              failures.add(failure);
              return "degraded";
            });

    assertThat(answer).isEqualTo("degraded");
    var failure = failures.get(0);
    assertThat(failure.model()).isEqualTo("claude-sonnet");
    assertThat(failure.attempts()).isEqualTo(4);
    assertThat(failure.failures())
        .extracting(Failure::failureClass)
        .containsOnly(FailureClass.CONNECTION_FAILED)
        .hasSize(4);
    assertThat(failure.last().cause()).hasMessage("claude-haiku refused");
    assertThat(failure.retryAfter()).isNull();
  }

  @ParameterizedTest
  @EnumSource
  void chain_everyBreakerOpen_degradesWithTheShortestWait(Face face) throws Exception {
    var single = resilience.withChain(List.of("claude-sonnet"));
    face.ask(single, time, attempt -> refuse(attempt.model()), failure -> "degraded");
    face.ask(single, time, attempt -> refuse(attempt.model()), failure -> "degraded");
    asked.clear();

    var answer = face.ask(single, time, attempt -> answer(attempt.model()), ChainTest::describe);

    assertThat(answer).isEqualTo("0 attempts, come back in PT1M");
    assertThat(asked).isEmpty();
    assertThat(catchThrowable(() -> face.ask(single, time, attempt -> answer(attempt.model()))))
        .isInstanceOf(CircuitOpenException.class);
  }

  @ParameterizedTest
  @EnumSource
  void chain_degradedAnswerThrows_endsTheCallWithThat(Face face) {
    var thrown =
        catchThrowable(
            () ->
                face.ask(
                    resilience,
                    time,
                    attempt -> refuse(attempt.model()),
                    failure -> {
                      throw new IllegalStateException("no canned answer");
                    }));

    assertThat(thrown).isInstanceOf(IllegalStateException.class).hasMessage("no canned answer");
  }

  @ParameterizedTest
  @EnumSource
  void chain_failureToSurface_isThrownWithoutFallbackAndDegradedAnswer(Face face) {
    var forged = new IOException(new CertificateException("forged"));

    var thrown =
        catchThrowable(
            () ->
                face.ask(
                    resilience,
                    time,
                    attempt -> {
                      asked.add(attempt.model());
                      throw forged;
                    },
                    failure -> "degraded"));

    assertThat(thrown).isSameAs(forged);
    assertThat(asked).containsExactly("claude-sonnet");
    assertThat(breaker("claude-sonnet").failures()).isZero();
  }

  @ParameterizedTest
  @EnumSource
  void chain_waitBeyondTheDeadline_isNotMade(Face face) {
    var hurried =
        resilience.withChain(List.of("claude-sonnet")).withDeadline(Duration.ofMillis(500));

    var thrown = catchThrowable(() -> face.ask(hurried, time, attempt -> refuse(attempt.model())));

    assertThat(thrown).hasMessage("claude-sonnet refused");
    assertThat(asked).containsExactly("claude-sonnet");
    assertThat(time.sleeps()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void attempt_firstAndLater_haveNumberAndTimeLeft(Face face) throws Exception {
    var attempts = new ArrayList<String>();

    face.ask(
        resilience.withDeadline(Duration.ofSeconds(20)),
        time,
        attempt -> {
          attempts.add("%d within %s".formatted(attempt.number(), attempt.timeout()));
          return primaryDown(attempt);
        });

    assertThat(attempts).containsExactly("1 within PT15S", "2 within PT14S", "3 within PT19S");
  }

  @ParameterizedTest
  @EnumSource
  void variant_otherChainAndRetry_sharesTheBreakers(Face face) throws Exception {
    var variant =
        resilience
            .withChain(List.of("claude-haiku", "claude-sonnet"))
            .withRetry(Retry.builder().maxAttempts(1).build());

    face.ask(variant, time, attempt -> refuse(attempt.model()), failure -> "degraded");

    assertThat(asked).containsExactly("claude-haiku", "claude-sonnet");
    assertThat(variant.breakers()).isSameAs(resilience.breakers());
    assertThat(breaker("claude-sonnet").failures()).isEqualTo(1);
  }

  @ParameterizedTest
  @EnumSource
  void variant_forModel_beginsThere(Face face) throws Exception {
    face.ask(resilience.forModel("claude-haiku"), time, attempt -> answer(attempt.model()));
    face.ask(resilience.forModel("claude-opus"), time, attempt -> answer(attempt.model()));

    assertThat(asked).containsExactly("claude-haiku", "claude-opus");
    assertThat(resilience.forModel("claude-sonnet").chain())
        .containsExactly("claude-sonnet", "claude-haiku");
  }

  @Test
  void call_attemptHangs_isInterruptedAndFallsBack() throws Exception {
    var answer =
        resilience.call(
            attempt ->
                attempt.model().equals("claude-sonnet")
                    ? hang(attempt.model(), attempt.timeout())
                    : answer(attempt.model()));

    assertThat(answer).isEqualTo("claude-haiku answers");
    assertThat(asked).containsExactly("claude-sonnet", "claude-haiku");
    assertThat(time.elapsed()).isEqualTo(Duration.ofSeconds(30));
    assertThat(Thread.currentThread().isInterrupted()).isFalse();
    assertThat(breaker("claude-sonnet").failures()).isEqualTo(1);
  }

  @Test
  void call_hangsUntilTheDeadline_leavesTheLastModelItsShare() {
    var hurried = resilience.withDeadline(Duration.ofSeconds(10));

    var thrown =
        catchThrowable(() -> hurried.call(attempt -> hang(attempt.model(), attempt.timeout())));

    assertThat(thrown)
        .isInstanceOf(AttemptTimeoutException.class)
        .hasMessage("'claude-haiku' gave no answer within PT2.5S");
    assertThat(thrown.getSuppressed()[0])
        .isInstanceOf(AttemptTimeoutException.class)
        .hasMessage("'claude-sonnet' gave no answer within PT7.5S");
    assertThat(time.elapsed()).isEqualTo(Duration.ofSeconds(10));
    assertThat(breaker("claude-sonnet").failures()).isZero();
  }

  @Test
  void call_error_isThrownAsItIs() {
    var error = new StackOverflowError();
    var single = resilience.withChain(List.of("claude-sonnet"));

    var thrown =
        catchThrowable(
            () ->
                single.call(
                    attempt -> {
                      throw error;
                    }));

    assertThat(thrown).isSameAs(error);
  }

  @Test
  void call_interruptedDuringTheAttempt_endsWithNoOpinion() {
    assertThatThrownBy(
            () ->
                resilience.call(
                    attempt -> {
                      asked.add(attempt.model());
                      Thread.currentThread().interrupt();
                      throw new ConnectException("interrupted");
                    },
                    failure -> "degraded"))
        .isInstanceOf(ConnectException.class);

    assertThat(Thread.interrupted()).isTrue();
    assertThat(asked).containsExactly("claude-sonnet");
    assertThat(breaker("claude-sonnet").failures()).isZero();
  }

  @Test
  void call_interruptedInAWait_isCancelledAndStaysInterrupted() {
    breaker("claude-sonnet").onRejection(rejection -> asked.add("rejected"));
    var slow =
        resilience.withRetry(
            Retry.builder()
                .backoff(
                    (retry, random) -> {
                      Thread.currentThread().interrupt();
                      return Duration.ofSeconds(1);
                    })
                .build());

    assertThatThrownBy(() -> slow.call(attempt -> refuse(attempt.model())))
        .isInstanceOf(CancellationException.class)
        .hasMessage("interrupted while waiting to try again");

    assertThat(Thread.interrupted()).isTrue();
    assertThat(asked).containsExactly("claude-sonnet");
  }

  @Test
  void callAsync_stageHangs_isCancelledAndFallsBack() {
    var stages = new ArrayList<CompletableFuture<String>>();
    CompletableFuture<String> answer =
        resilience.callAsync(
            attempt -> {
              asked.add(attempt.model());
              var stage = new CompletableFuture<String>();
              stages.add(stage);
              return stage;
            });

    time.advance(Duration.ofSeconds(30));
    stages.get(1).complete("hello");

    assertThat(answer).isCompletedWithValue("hello");
    assertThat(asked).containsExactly("claude-sonnet", "claude-haiku");
    assertThat(stages.get(0)).isCancelled();
    assertThat(breaker("claude-sonnet").failures()).isEqualTo(1);
    assertThat(time.scheduled()).isZero();
  }

  @Test
  void callAsync_hangsUntilTheDeadline_leavesTheLastModelItsShare() {
    CompletableFuture<String> answer =
        resilience
            .withDeadline(Duration.ofSeconds(10))
            .callAsync(attempt -> new CompletableFuture<>());

    time.advance(Duration.ofSeconds(10));

    assertThat(failureOf(answer))
        .isInstanceOf(AttemptTimeoutException.class)
        .hasMessage("'claude-haiku' gave no answer within PT2.5S");
    assertThat(breaker("claude-sonnet").failures()).isZero();
  }

  @Test
  void callAsync_callThrows_isAFailedAttempt() {
    Function<String, CompletableFuture<String>> client =
        model -> {
          asked.add(model);
          if (model.equals("claude-sonnet")) {
            throw new IllegalStateException("client is closed");
          }
          return CompletableFuture.completedFuture("hello");
        };

    var answer = resilience.callAsync(attempt -> client.apply(attempt.model()));

    assertThat(answer).isCompletedWithValue("hello");
    assertThat(asked).containsExactly("claude-sonnet", "claude-haiku");
  }

  @Test
  void callAsync_error_failsTheFutureWithIt() {
    var error = new StackOverflowError();

    CompletableFuture<String> answer =
        resilience
            .withChain(List.of("claude-sonnet"))
            .callAsync(
                attempt -> {
                  throw error;
                });

    assertThat(failureOf(answer)).isSameAs(error);
  }

  @Test
  void callAsync_cancelledDuringAnAttempt_cancelsItsStageWithNoOpinion() {
    var stage = new CompletableFuture<String>();
    var answer = resilience.callAsync(attempt -> stage, failure -> "degraded");

    answer.cancel(true);

    assertThat(stage).isCancelled();
    assertThat(breaker("claude-sonnet").failures()).isZero();
    assertThat(time.scheduled()).isZero();
  }

  @Test
  void callAsync_cancelledInAWait_asksNobodyAgain() {
    CompletableFuture<String> answer =
        resilience.callAsync(
            attempt -> {
              asked.add(attempt.model());
              return CompletableFuture.failedFuture(new ConnectException("refused"));
            });
    assertThat(answer).isNotDone();

    answer.cancel(true);
    time.advance(Duration.ofMinutes(1));

    assertThat(asked).containsExactly("claude-sonnet");
    assertThat(time.scheduled()).isZero();
  }

  @Test
  void callAsync_completedByTheCaller_cancelsTheStageWithNoOpinion() {
    var stage = new CompletableFuture<String>();
    var answer = resilience.callAsync(attempt -> stage);

    answer.complete("from the cache");

    assertThat(answer).isCompletedWithValue("from the cache");
    assertThat(stage).isCancelled();
    assertThat(breaker("claude-sonnet").failures()).isZero();
  }

  @Test
  void callAsync_cancelledProbe_givesItsPlaceBack() {
    var breaker = breaker("claude-sonnet");
    for (int i = 0; i < 4; i++) {
      breaker.acquire().failure();
    }
    time.advance(Duration.ofSeconds(60));
    var answer = resilience.callAsync(attempt -> new CompletableFuture<String>());
    assertThat(breaker.tryAcquire()).isNull();

    answer.cancel(true);

    assertThat(breaker.tryAcquire()).isNotNull();
  }

  private CircuitBreaker breaker(String model) {
    return resilience.breakers().breaker(model);
  }

  private String answer(String model) {
    asked.add(model);
    return model + " answers";
  }

  private String refuse(String model) throws ConnectException {
    asked.add(model);
    throw new ConnectException(model + " refused");
  }

  private String primaryDown(Attempt attempt) throws IOException {
    return attempt.model().equals("claude-sonnet")
        ? refuse(attempt.model())
        : answer(attempt.model());
  }

  /** Holds the thread, by the manual clock, until the timer of the attempt interrupts it. */
  private String hang(String model, Duration timeout) throws InterruptedException {
    asked.add(model);
    time.advance(timeout);
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
    return "never";
  }

  private static String describe(CallFailure failure) {
    return "%d attempts, come back in %s".formatted(failure.attempts(), failure.retryAfter());
  }

  private static Throwable failureOf(CompletableFuture<?> future) {
    assertThat(future).isCompletedExceptionally();
    return future.handle((value, thrown) -> thrown).join();
  }
}
