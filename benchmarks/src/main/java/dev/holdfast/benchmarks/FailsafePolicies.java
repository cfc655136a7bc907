package dev.holdfast.benchmarks;

import dev.failsafe.Bulkhead;
import dev.failsafe.CircuitBreaker;
import dev.failsafe.CircuitBreakerBuilder;
import dev.failsafe.RetryPolicy;
import java.time.Duration;

/** Failsafe as the comparison configures it. */
final class FailsafePolicies {

  private FailsafePolicies() {}

  static CircuitBreaker<Object> consecutive() {
    return breaker().withFailureThreshold(Settings.FAILURES).build();
  }

  static CircuitBreaker<Object> countWindow() {
    int failures = Settings.CALLS * Settings.PERCENT / 100;
    return breaker().withFailureThreshold(failures, Settings.CALLS).build();
  }

  static CircuitBreaker<Object> timeWindow() {
    return breaker()
        .withFailureRateThreshold(Settings.PERCENT, Settings.CALLS, Settings.WINDOW)
        .build();
  }

  static CircuitBreaker<Object> open() {
    var breaker = consecutive();
    breaker.open();
    return breaker;
  }

  static RetryPolicy<Object> retry() {
    return RetryPolicy.builder()
        .withMaxAttempts(Settings.ATTEMPTS)
        .withDelay(Duration.ofMillis(500))
        .build();
  }

  static Bulkhead<Object> bulkhead() {
    return Bulkhead.of(Settings.PLACES);
  }

  private static CircuitBreakerBuilder<Object> breaker() {
    return CircuitBreaker.builder().withDelay(Settings.WAIT);
  }
}
