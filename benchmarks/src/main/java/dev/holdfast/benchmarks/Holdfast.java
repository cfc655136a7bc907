package dev.holdfast.benchmarks;

import dev.holdfast.breaker.CircuitBreaker;
import dev.holdfast.breaker.CircuitBreakerConfig;
import dev.holdfast.breaker.CircuitBreakerConfigBuilder;
import dev.holdfast.bulkhead.Bulkhead;
import dev.holdfast.bulkhead.BulkheadConfig;
import dev.holdfast.retry.Backoff;
import dev.holdfast.retry.Retry;
import java.time.Duration;
import java.util.logging.Level;
import java.util.logging.Logger;

/** Holdfast as the comparison configures it. */
final class Holdfast {

  /** Transitions belong to no path that is measured. Held here, or it would be forgotten. */
  private static final Logger TRANSITIONS = Logger.getLogger("dev.holdfast.breaker");

  private Holdfast() {}

  /** A closed breaker with the consecutive rule. */
  static CircuitBreaker consecutive() {
    return breaker(CircuitBreakerConfig.builder().failureThreshold(Settings.FAILURES));
  }

  /** A closed breaker with the rate over a number of calls. */
  static CircuitBreaker countWindow() {
    return breaker(rate().slidingWindow(Settings.CALLS));
  }

  /** A closed breaker with the rate over a while. */
  static CircuitBreaker timeWindow() {
    return breaker(rate().slidingWindow(Settings.WINDOW));
  }

  /** A breaker that failures have opened. */
  static CircuitBreaker open() {
    TRANSITIONS.setLevel(Level.OFF);
    var breaker = consecutive();
    for (int i = 0; i < Settings.FAILURES; i++) {
      breaker.acquire().failure();
    }
    return breaker;
  }

  /** A retry without a breaker or a budget, as its peers have none. */
  static Retry retry() {
    return Retry.builder()
        .maxAttempts(Settings.ATTEMPTS)
        .backoff(Backoff.fixed(Duration.ofMillis(500)))
        .build();
  }

  /** A bulkhead that refuses when it is full. */
  static Bulkhead bulkhead() {
    return Bulkhead.of(
        "holdfast", BulkheadConfig.builder().maxConcurrentCalls(Settings.PLACES).build());
  }

  private static CircuitBreakerConfigBuilder rate() {
    return CircuitBreakerConfig.builder()
        .failureRateThreshold(Settings.PERCENT / 100.0)
        .minimumCalls(Settings.CALLS);
  }

  private static CircuitBreaker breaker(CircuitBreakerConfigBuilder config) {
    return CircuitBreaker.of("holdfast", config.waitDurationInOpenState(Settings.WAIT).build());
  }
}
