package dev.holdfast.throttle;

import dev.holdfast.require.Require;
import java.time.Duration;

/**
 * What a provider says of one of its limits, in numbers: of requests or of tokens, it is all the
 * same to a gate.
 *
 * @param limit how much there is in all
 * @param remaining how much of it is left
 * @param resetsIn how long until all of it is there again
 */
public record QuotaReading(long limit, long remaining, Duration resetsIn) {

  /**
   * Checks the components.
   *
   * @throws IllegalArgumentException if {@code limit} is less than 1, {@code remaining} is
   *     negative, or {@code resetsIn} is negative
   */
  public QuotaReading {
    if (limit < 1) {
      throw new IllegalArgumentException("limit must be at least 1, but was " + limit);
    }
    if (remaining < 0) {
      throw new IllegalArgumentException("remaining must not be negative, but was " + remaining);
    }
    Require.notNegative("resetsIn", resetsIn);
  }
}
