package dev.holdfast.benchmarks;

import dev.holdfast.breaker.CircuitBreaker;
import dev.holdfast.breaker.CircuitBreakerConfig;
import java.util.logging.Level;
import java.util.logging.Logger;

/** Holdfast as the comparison configures it. */
final class Holdfast {

  /** Transitions belong to no path that is measured. Held here, or it would be forgotten. */
  private static final Logger TRANSITIONS = Logger.getLogger("dev.holdfast.breaker");

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
    TRANSITIONS.setLevel(Level.OFF);
    var breaker = consecutive();
    for (int i = 0; i < Settings.FAILURES; i++) {
      breaker.acquire().failure();
    }
    return breaker;
  }
}
