package dev.holdfast.breaker;

import dev.holdfast.time.Durations;
import java.time.Duration;
import java.util.random.RandomGenerator;

/** How long a breaker stays open. Immutable. */
final class OpenWait {

  /** The wait when it opens from CLOSED. */
  private final Duration first;

  /** What the wait is multiplied by each time a probe fails. */
  private final double growth;

  /** The longest wait, jitter included. */
  private final Duration longest;

  /** The part of the wait that is added at most, drawn at random. */
  private final double jitter;

  OpenWait(Duration first, double growth, Duration longest, double jitter) {
    this.first = first;
    this.growth = growth;
    this.longest = longest;
    this.jitter = jitter;
  }

  Duration first() {
    return first;
  }

  Duration longest() {
    return longest;
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
    return Duration.ofNanos((long) (base * (1 + jitter * drawn(random))));
  }

  /** A generator of the user's that throws must not keep the breaker from opening. */
  private static double drawn(RandomGenerator random) {
    try {
      return random.nextDouble();
    } catch (Throwable broken) {
      return 0;
    }
  }
}
