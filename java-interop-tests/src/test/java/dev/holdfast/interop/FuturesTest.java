package dev.holdfast.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.holdfast.breaker.CircuitBreaker;
import dev.holdfast.breaker.CircuitBreakerConfig;
import dev.holdfast.breaker.CircuitBreakers;
import dev.holdfast.breaker.CircuitOpenException;
import dev.holdfast.testkit.ManualTime;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class FuturesTest {

  private final ManualTime time = new ManualTime();
  private final CircuitBreaker breaker =
      CircuitBreaker.of(
          "claude-sonnet",
          CircuitBreakerConfig.builder()
              .failureThreshold(1)
              .waitDurationInOpenState(Duration.ofSeconds(30))
              .build(),
          time);
  private final CompletableFuture<String> source = new CompletableFuture<>();

  @Test
  void callAsync_pendingStage_answersWhenTheStageDoes() {
    CompletableFuture<String> answer = breaker.callAsync(() -> source);
    assertThat(answer).isNotDone();

    source.complete("hello");

    assertThat(answer).isCompletedWithValue("hello");
  }

  @Test
  void callAsync_completedStage_answersAtOnce() {
    var answer = breaker.callAsync(() -> CompletableFuture.completedFuture("hello"));

    assertThat(answer).isCompletedWithValue("hello");
  }

  @Test
  void callAsync_minimalStage_answersWhenTheStageDoes() {
    CompletionStage<String> stage = source.minimalCompletionStage();

    CompletableFuture<String> answer = breaker.callAsync(() -> stage);
    source.complete("hello");

    assertThat(answer).isCompletedWithValue("hello");
  }

  @Test
  void callAsync_completedMinimalStage_answers() {
    var answer = breaker.callAsync(() -> CompletableFuture.completedStage("hello"));

    assertThat(answer).isCompletedWithValue("hello");
  }

  @Test
  void callAsync_variableOfTheInterface_isAccepted() {
    CompletionStage<String> stage = source;

    CompletableFuture<String> answer = breaker.callAsync(() -> stage);
    source.complete("hello");

    assertThat(answer).isCompletedWithValue("hello");
  }

  @Test
  void callAsync_supplierOfASubtype_isAccepted() {
    Supplier<CompletableFuture<String>> client = () -> source;

    CompletableFuture<Integer> length = breaker.callAsync(client).thenApply(String::length);
    source.complete("hello");

    assertThat(length).isCompletedWithValue(5);
  }

  @Test
  void callAsync_stageFails_failsWithTheBareCauseAndCounts() {
    var cause = new IOException("connection reset");

    var answer = breaker.callAsync(() -> source.thenApply(String::length));
    source.completeExceptionally(new CompletionException(cause));

    assertThat(failureOf(answer)).isSameAs(cause);
    assertThat(breaker.isOpen()).isTrue();
  }

  @Test
  void callAsync_supplierThrows_failsTheFutureAndCounts() {
    var thrown = new IllegalStateException("client is closed");

    CompletableFuture<String> answer =
        breaker.callAsync(
            () -> {
              throw thrown;
            });

    assertThat(failureOf(answer)).isSameAs(thrown);
    assertThat(breaker.isOpen()).isTrue();
  }

  @Test
  @SuppressWarnings("NullAway")
  void callAsync_noStage_failsTheFutureAndHasNoOpinion() {
    CompletableFuture<String> answer = breaker.callAsync(() -> null);

    assertThat(failureOf(answer))
        .isInstanceOf(NullPointerException.class)
        .hasMessage("the call returned no stage");
    assertThat(breaker.state()).isEqualTo(CircuitBreaker.State.CLOSED);
  }

  @Test
  void callAsync_openBreaker_failsTheFutureInsteadOfThrowing() {
    breaker.acquire().failure();

    CompletableFuture<String> answer = breaker.callAsync(() -> source);

    assertThat(failureOf(answer))
        .isInstanceOf(CircuitOpenException.class)
        .hasMessage("Circuit breaker 'claude-sonnet' is OPEN; retry after PT30S");
  }

  @Test
  void callAsync_cancelled_cancelsTheStageAndHasNoOpinion() {
    var answer = breaker.callAsync(() -> source);

    answer.cancel(true);

    assertThat(source).isCancelled();
    assertThat(breaker.failures()).isZero();
    assertThat(breaker.state()).isEqualTo(CircuitBreaker.State.CLOSED);
  }

  @Test
  void callAsync_cancelledProbe_givesItsPlaceBack() {
    breaker.acquire().failure();
    time.advance(Duration.ofSeconds(30));
    var probe = breaker.callAsync(() -> source);
    assertThat(breaker.tryAcquire()).isNull();

    probe.cancel(true);

    assertThat(breaker.state()).isEqualTo(CircuitBreaker.State.HALF_OPEN);
    assertThat(breaker.callAsync(() -> CompletableFuture.completedFuture("hello")))
        .isCompletedWithValue("hello");
    assertThat(breaker.state()).isEqualTo(CircuitBreaker.State.CLOSED);
  }

  @Test
  void callAsync_callersTimeout_cancelsTheStageAndCounts() {
    var answer = breaker.callAsync(() -> source);

    answer.completeExceptionally(new TimeoutException("30 s"));

    assertThat(source).isCancelled();
    assertThat(breaker.isOpen()).isTrue();
  }

  @Test
  void callAsync_completedByTheCaller_cancelsTheStageAndHasNoOpinion() {
    var answer = breaker.callAsync(() -> source);

    answer.complete("from the cache");

    assertThat(answer).isCompletedWithValue("from the cache");
    assertThat(source).isCancelled();
    assertThat(breaker.state()).isEqualTo(CircuitBreaker.State.CLOSED);
  }

  @Test
  void callAsync_lateAnswer_isDroppedAsStale() {
    var late = breaker.callAsync(() -> source);
    breaker.acquire().failure();

    source.complete("hello");

    assertThat(late).isCompletedWithValue("hello");
    assertThat(breaker.isOpen()).isTrue();
    assertThat(breaker.snapshot().staleResults()).isEqualTo(1);
  }

  @Test
  void callAsync_mixedWithBlockingCalls_sharesTheState() {
    breaker.callAsync(() -> source);
    source.completeExceptionally(new IOException("connection reset"));

    assertThat(catchThrowable(() -> breaker.call(() -> "never")))
        .isInstanceOf(CircuitOpenException.class);
  }

  @Test
  void registryCallAsync_name_goesThroughItsBreaker() {
    var breakers = CircuitBreakers.ofDefaults();

    CompletableFuture<String> answer = breakers.callAsync("claude-haiku", () -> source);
    source.completeExceptionally(new IOException("connection reset"));

    assertThat(failureOf(answer)).hasMessage("connection reset");
    assertThat(breakers.breaker("claude-haiku").failures()).isEqualTo(1);
  }

  private static Throwable failureOf(CompletableFuture<?> future) {
    assertThat(future).isCompletedExceptionally();
    return future.handle((value, thrown) -> thrown).join();
  }
}
