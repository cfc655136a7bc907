package dev.holdfast.benchmarks;

import io.github.resilience4j.bulkhead.Bulkhead;
import io.github.resilience4j.bulkhead.BulkheadConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowSynchronizationStrategy;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;
import io.github.resilience4j.retry.Retry;
import io.github.resilience4j.retry.RetryConfig;
import java.time.Duration;

/** resilience4j as the comparison configures it. */
final class Resilience4j {

  private Resilience4j() {}

  static CircuitBreaker countWindow() {
    return CircuitBreaker.of("resilience4j", config().build());
  }

  static CircuitBreaker countWindowLockFree() {
    return CircuitBreaker.of("resilience4j", lockFree(config()).build());
  }

  static CircuitBreaker timeWindow() {
    return CircuitBreaker.of("resilience4j", timed(config()).build());
  }

  static CircuitBreaker timeWindowLockFree() {
    return CircuitBreaker.of("resilience4j", lockFree(timed(config())).build());
  }

  static CircuitBreaker open() {
    var breaker = countWindow();
    breaker.transitionToOpenState();
    return breaker;
  }

  static Retry retry() {
    return Retry.of(
        "resilience4j",
        RetryConfig.custom()
            .maxAttempts(Settings.ATTEMPTS)
            .waitDuration(Duration.ofMillis(500))
            .build());
  }

  static Bulkhead bulkhead() {
    return Bulkhead.of(
        "resilience4j",
        BulkheadConfig.custom()
            .maxConcurrentCalls(Settings.PLACES)
            .maxWaitDuration(Duration.ZERO)
            .build());
  }

  /** Stackless, because that is the cheapest rejection it has. */
  private static CircuitBreakerConfig.Builder config() {
    return CircuitBreakerConfig.custom()
        .slidingWindowType(SlidingWindowType.COUNT_BASED)
        .slidingWindowSize(Settings.CALLS)
        .minimumNumberOfCalls(Settings.CALLS)
        .failureRateThreshold(Settings.PERCENT)
        .waitDurationInOpenState(Settings.WAIT)
        .writableStackTraceEnabled(false);
  }

  private static CircuitBreakerConfig.Builder timed(CircuitBreakerConfig.Builder config) {
    return config
        .slidingWindowType(SlidingWindowType.TIME_BASED)
        .slidingWindowSize((int) Settings.WINDOW.toSeconds());
  }

  private static CircuitBreakerConfig.Builder lockFree(CircuitBreakerConfig.Builder config) {
    return config.slidingWindowSynchronizationStrategy(
        SlidingWindowSynchronizationStrategy.LOCK_FREE);
  }
}
