package dev.holdfast.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.breaker.CircuitBreaker;
import dev.holdfast.breaker.CircuitBreakerConfig;
import dev.holdfast.breaker.CircuitOpenException;
import dev.holdfast.breaker.Permit;
import dev.holdfast.testkit.ManualTime;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class TwoStepTest {

  private static final Duration WAIT = Duration.ofSeconds(30);
  private static final Duration LEASE = Duration.ofSeconds(45);

  private final ManualTime time = new ManualTime();
  private final CircuitBreaker breaker =
      CircuitBreaker.of(
          "claude-sonnet",
          CircuitBreakerConfig.builder()
              .failureThreshold(2)
              .waitDurationInOpenState(WAIT)
              .probeLease(LEASE)
              .countsAsFailure(thrown -> thrown instanceof IOException)
              .build(),
          time);

  @Test
  void permit_success_forgetsTheFailures() {
    breaker.acquire().failure();

    boolean settled = breaker.acquire().success();

    assertThat(settled).isTrue();
    assertThat(breaker.failures()).isZero();
  }

  @Test
  void permit_failure_counts() {
    breaker.acquire().failure();
    breaker.acquire().failure(new IOException("connection reset"));

    assertThat(breaker.isOpen()).isTrue();
  }

  @Test
  void permit_failureThatIsNotCounted_hasNoOpinion() {
    breaker.acquire().failure();

    breaker.acquire().failure(new IllegalArgumentException("bad prompt"));

    assertThat(breaker.failures()).isEqualTo(1);
  }

  @Test
  void permit_closedUnreported_hasNoOpinion() {
    breaker.acquire().failure();

    try (Permit permit = breaker.acquire()) {
      assertThat(permit.isSettled()).isFalse();
    }

    assertThat(breaker.failures()).isEqualTo(1);
  }

  @Test
  void permit_settledTwice_countsOnce() {
    try (Permit permit = breaker.acquire()) {
      assertThat(permit.failure()).isTrue();
      assertThat(permit.failure()).isFalse();
      assertThat(permit.success()).isFalse();
      assertThat(permit.isSettled()).isTrue();
    }

    assertThat(breaker.failures()).isEqualTo(1);
  }

  @Test
  void permit_settledOnAnotherThread_counts() {
    var permit = breaker.acquire();

    CompletableFuture.runAsync(permit::failure).join();

    assertThat(breaker.failures()).isEqualTo(1);
  }

  @Test
  void acquire_openBreaker_throws() {
    open();

    assertThatThrownBy(breaker::acquire)
        .isInstanceOf(CircuitOpenException.class)
        .hasMessage("Circuit breaker 'claude-sonnet' is OPEN; retry after PT30S");
  }

  @Test
  void tryAcquire_openBreaker_returnsNullAndCountsTheRejection() {
    open();

    assertThat(breaker.tryAcquire()).isNull();

    assertThat(breaker.snapshot().rejected()).isEqualTo(1);
  }

  @Test
  void tryAcquire_probeUnderWay_returnsNull() {
    open();
    time.advance(WAIT);

    try (Permit probe = breaker.acquire()) {
      assertThat(breaker.tryAcquire()).isNull();
      assertThat(breaker.retryAfter()).isEqualTo(LEASE);
      probe.success();
    }

    assertThat(breaker.state()).isEqualTo(CircuitBreaker.State.CLOSED);
  }

  @Test
  void acquire_probeUnderWay_throwsWithTheHalfOpenState() {
    open();
    time.advance(WAIT);
    breaker.acquire();

    assertThatThrownBy(breaker::acquire)
        .hasMessage("Circuit breaker 'claude-sonnet' is HALF_OPEN; retry after PT45S");
  }

  @Test
  void probe_neverSettled_losesItsPlaceAfterTheLease() {
    open();
    time.advance(WAIT);
    var lost = breaker.acquire();
    time.advance(LEASE);

    breaker.acquire().success();
    lost.failure();

    assertThat(breaker.state()).isEqualTo(CircuitBreaker.State.CLOSED);
    assertThat(breaker.snapshot().staleResults()).isEqualTo(1);
  }

  @Test
  void permit_settledAfterReopening_isStale() {
    var early = breaker.acquire();
    open();

    early.success();

    assertThat(breaker.isOpen()).isTrue();
    assertThat(breaker.snapshot().staleResults()).isEqualTo(1);
  }

  @Test
  void acquire_moreProbesPermitted_closesAfterEnoughSuccesses() {
    var config =
        CircuitBreakerConfig.builder()
            .failureThreshold(1)
            .permittedCallsInHalfOpenState(2)
            .successThreshold(2)
            .build();
    var careful = CircuitBreaker.of("claude-opus", config, time);
    careful.acquire().failure();
    time.advance(config.waitDurationInOpenState());

    var first = careful.acquire();
    var second = careful.acquire();
    first.success();
    assertThat(careful.state()).isEqualTo(CircuitBreaker.State.HALF_OPEN);
    second.success();

    assertThat(careful.state()).isEqualTo(CircuitBreaker.State.CLOSED);
  }

  private void open() {
    breaker.acquire().failure();
    breaker.acquire().failure();
  }
}
