package dev.holdfast.benchmarks;

import dev.holdfast.breaker.CircuitBreaker;
import dev.holdfast.breaker.CircuitBreakerConfig;

/** Holdfast as the comparison configures it. */
final class Holdfast {

  private Holdfast() {}

  /** A closed breaker with the consecutive rule. */
  static CircuitBreaker consecutive() {
    return CircuitBreaker.of(
        "holdfast",
        CircuitBreakerConfig.builder()
            .failureThreshold(Settings.FAILURES)
            .waitDurationInOpenState(Settings.WAIT)
            .build());
  }

  /** A breaker that failures have opened. */
  static CircuitBreaker open() {
    var breaker = consecutive();
    for (int i = 0; i < Settings.FAILURES; i++) {
      breaker.acquire().failure();
    }
    return breaker;
  }
}
