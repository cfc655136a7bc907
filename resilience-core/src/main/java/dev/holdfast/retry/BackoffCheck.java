package dev.holdfast.retry;

import java.time.Duration;
import java.util.random.RandomGenerator;

/** Finds a backoff that leaves no retry. */
final class BackoffCheck {

  private static final RandomGenerator LEAST = () -> 0;

  private BackoffCheck() {}

  /** Of our own backoffs the least first wait is the shortest of all; of others nobody knows. */
  static void requireFits(Backoff backoff, Duration maxWait, int maxAttempts) {
    boolean isOurs =
        backoff instanceof FixedBackoff
            || backoff instanceof ExponentialBackoff
            || backoff instanceof DecorrelatedBackoff;
    if (!isOurs || maxAttempts == 1) {
      return;
    }
    var shortest = backoff.before(1, LEAST);
    if (shortest.compareTo(maxWait) > 0) {
      throw new IllegalArgumentException(
          "shortest wait of backoff must be at most maxWait, %s, but was %s"
              .formatted(maxWait, shortest));
    }
  }
}
