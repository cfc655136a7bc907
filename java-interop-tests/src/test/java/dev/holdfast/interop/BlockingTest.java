package dev.holdfast.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.holdfast.breaker.CircuitBreaker;
import dev.holdfast.breaker.CircuitBreakerConfig;
import dev.holdfast.breaker.CircuitBreakers;
import dev.holdfast.breaker.CircuitOpenException;
import dev.holdfast.testkit.ManualTime;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

class BlockingTest {

  private final ManualTime time = new ManualTime();
  private final CircuitBreaker breaker =
      CircuitBreaker.of(
          "claude-sonnet",
          CircuitBreakerConfig.builder()
              .failureThreshold(2)
              .waitDurationInOpenState(Duration.ofSeconds(30))
              .build(),
          time);

  @Test
  void call_healthyModel_returnsItsAnswer() {
    String answer = breaker.call(() -> "hello");

    assertThat(answer).isEqualTo("hello");
    assertThat(breaker.state()).isEqualTo(CircuitBreaker.State.CLOSED);
  }

  @Test
  void call_uncheckedLambda_needsNoThrowsClause() {
    int tokens = breaker.call(() -> 41 + 1);

    assertThat(tokens).isEqualTo(42);
  }

  @Test
  void call_checkedException_keepsItsType() {
    IOException thrown = null;
    try {
      breaker.call(this::unreachable);
    } catch (FileNotFoundException e) {
      thrown = e;
    }

    assertThat(thrown).hasMessage("no such file");
    assertThat(breaker.failures()).isEqualTo(1);
  }

  @Test
  void call_callable_throwsWhatACallableThrows() throws Exception {
    Callable<String> callable = () -> "hello";

    assertThat(breaker.call(callable::call)).isEqualTo("hello");
  }

  @Test
  void call_failureThenSuccess_forgetsTheFailure() {
    fail(1);

    breaker.call(() -> "hello");

    assertThat(breaker.failures()).isZero();
  }

  @Test
  void call_failuresInARow_openTheBreaker() {
    fail(2);

    assertThat(breaker.isOpen()).isTrue();
    assertThat(breaker.failures()).isEqualTo(2);
    assertThat(breaker.retryAfter()).isEqualTo(Duration.ofSeconds(30));
  }

  @Test
  void call_openBreaker_isRefusedWithNameStateAndWait() {
    fail(2);
    time.advance(Duration.ofSeconds(10));

    var refused =
        catchThrowableOfType(CircuitOpenException.class, () -> breaker.call(() -> "never"));

    assertThat(refused.name()).isEqualTo("claude-sonnet");
    assertThat(refused.state()).isEqualTo(CircuitBreaker.State.OPEN);
    assertThat(refused.retryAfter()).isEqualTo(Duration.ofSeconds(20));
    assertThat(refused)
        .hasMessage("Circuit breaker 'claude-sonnet' is OPEN; retry after PT20S")
        .satisfies(e -> assertThat(e.getStackTrace()).isEmpty());
  }

  @Test
  void call_waitIsOver_probesAndCloses() {
    fail(2);
    time.advance(Duration.ofSeconds(30));

    var during = breaker.call(breaker::state);

    assertThat(during).isEqualTo(CircuitBreaker.State.HALF_OPEN);
    assertThat(breaker.state()).isEqualTo(CircuitBreaker.State.CLOSED);
  }

  @Test
  void call_probeFails_opensAgain() {
    fail(2);
    time.advance(Duration.ofSeconds(30));

    fail(1);

    assertThat(breaker.isOpen()).isTrue();
    assertThat(breaker.snapshot().failures()).isEqualTo(3);
  }

  @Test
  void call_error_isRethrownAndCounts() {
    var error = new StackOverflowError();

    assertThatThrownBy(
            () ->
                breaker.call(
                    () -> {
                      throw error;
                    }))
        .isSameAs(error);

    assertThat(breaker.failures()).isEqualTo(1);
  }

  @Test
  void call_exceptionThatIsNotCounted_leavesTheBreakerAlone() {
    var config =
        CircuitBreakerConfig.builder()
            .failureThreshold(1)
            .countsAsFailure(thrown -> thrown instanceof IOException)
            .build();
    var selective = CircuitBreaker.of("claude-haiku", config);

    assertThatThrownBy(
            () ->
                selective.call(
                    () -> {
                      throw new IllegalArgumentException("bad prompt");
                    }))
        .isInstanceOf(IllegalArgumentException.class);

    assertThat(selective.state()).isEqualTo(CircuitBreaker.State.CLOSED);
    assertThat(selective.failures()).isZero();
  }

  @Test
  void call_interruptedThread_hasNoOpinion() {
    assertThatThrownBy(
            () ->
                breaker.call(
                    () -> {
                      Thread.currentThread().interrupt();
                      throw new IllegalStateException("gave up");
                    }))
        .isInstanceOf(IllegalStateException.class);

    assertThat(Thread.interrupted()).isTrue();
    assertThat(breaker.failures()).isZero();
  }

  @Test
  void call_interruptedException_hasNoOpinion() {
    assertThatThrownBy(
            () ->
                breaker.call(
                    () -> {
                      throw new InterruptedException();
                    }))
        .isInstanceOf(InterruptedException.class);

    assertThat(breaker.failures()).isZero();
  }

  @Test
  void call_timeoutInside_counts() {
    assertThatThrownBy(
            () ->
                breaker.call(
                    () -> {
                      throw new TimeoutException("30 s");
                    }))
        .isInstanceOf(TimeoutException.class);

    assertThat(breaker.failures()).isEqualTo(1);
  }

  @Test
  void reset_openBreaker_admitsAgain() {
    fail(2);

    breaker.reset();

    assertThat(breaker.call(() -> "hello")).isEqualTo("hello");
    assertThat(breaker.failures()).isZero();
  }

  @Test
  void snapshot_openBreaker_tellsWhatTheAccessorsTell() {
    fail(2);
    assertThat(breaker.tryAcquire()).isNull();

    var snapshot = breaker.snapshot();

    assertThat(snapshot.name()).isEqualTo("claude-sonnet");
    assertThat(snapshot.state()).isEqualTo(CircuitBreaker.State.OPEN);
    assertThat(snapshot.generation()).isEqualTo(1);
    assertThat(snapshot.failures()).isEqualTo(2);
    assertThat(snapshot.rejected()).isEqualTo(1);
    assertThat(snapshot.staleResults()).isZero();
    assertThat(snapshot.retryAfter()).isEqualTo(Duration.ofSeconds(30));
  }

  @Test
  void registryCall_oneModelDown_leavesTheOthersAlone() {
    var breakers = CircuitBreakers.of(CircuitBreakerConfig.builder().failureThreshold(1).build());
    assertThatThrownBy(() -> breakers.call("claude-sonnet", this::unreachable))
        .isInstanceOf(FileNotFoundException.class);

    assertThatThrownBy(() -> breakers.call("claude-sonnet", () -> "never"))
        .isInstanceOf(CircuitOpenException.class);
    assertThat(breakers.call("claude-haiku", () -> "hello")).isEqualTo("hello");

    assertThat(breakers.breaker("claude-haiku")).isSameAs(breakers.breaker("claude-haiku"));
    assertThat(breakers.all())
        .extracting(CircuitBreaker::name)
        .containsExactlyInAnyOrder("claude-sonnet", "claude-haiku");
  }

  @Test
  void registryBreaker_configuredName_hasItsOwnSettings() {
    var breakers =
        CircuitBreakers.builder()
            .time(time)
            .defaultConfig(CircuitBreakerConfig.mediumTraffic())
            .config("claude-opus", CircuitBreakerConfig.lowTraffic())
            .build();

    assertThat(breakers.breaker("claude-opus").config())
        .isSameAs(CircuitBreakerConfig.lowTraffic());
    assertThat(breakers.breaker("claude-haiku").config())
        .isSameAs(CircuitBreakerConfig.mediumTraffic());
  }

  private String unreachable() throws FileNotFoundException {
    throw new FileNotFoundException("no such file");
  }

  private void fail(int times) {
    for (int i = 0; i < times; i++) {
      assertThatThrownBy(() -> breaker.call(this::unreachable))
          .isInstanceOf(FileNotFoundException.class);
    }
  }
}
