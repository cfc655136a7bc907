package dev.holdfast.breaker;

import dev.holdfast.time.Durations;
import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How long a breaker stays open.
 *
 * @param first the wait when it opens from CLOSED
 * @param growth what the wait is multiplied by each time a probe fails
 * @param longest the longest wait, jitter included
 * @param jitter the part of the wait that is added at most, drawn at random
 */
record OpenWait(Duration first, double growth, Duration longest, double jitter) {

  /** The wait that a provider asked for. */
  Duration hinted(Duration hint) {
    return hint.compareTo(CircuitBreaker.LONGEST_HINT) < 0 ? hint : CircuitBreaker.LONGEST_HINT;
  }

  /** The wait for the {@code opening}-th opening since the breaker was last closed, from one on. */
  Duration of(int opening, RandomGenerator random) {
    double longestNanos = Durations.saturatedNanos(longest);
    double nanos = Durations.saturatedNanos(first) * Math.pow(growth, opening - 1.0);
    double bounded = Math.min(nanos, longestNanos);
    if (jitter == 0) {
      return Duration.ofNanos((long) bounded);
    }
    // Drawn inside the cap, so that the spread is still there when the cap is reached.
    double base = Math.min(bounded, longestNanos / (1 + jitter));
    return Duration.ofNanos((long) (base * (1 + jitter * random.nextDouble())));
  }
}
