package dev.holdfast;

import dev.holdfast.require.Require;
import java.time.Duration;

/**
 * When too many calls go wrong.
 *
 * @param rate the share of the calls, above 0 and at most 1
 * @param minimumCalls how many calls there must have been
 * @param window how far back to look. The share is that of the calls since the first one in it that
 *     went wrong, so good calls before that do not hide an outage
 */
public record AlertRule(double rate, int minimumCalls, Duration window) {

  private static final AlertRule DEFAULT = new AlertRule(0.05, 100, Duration.ofMinutes(5));

  /**
   * Checks the components.
   *
   * @throws IllegalArgumentException if one of them is out of its range
   */
  public AlertRule {
    Require.fraction("rate", rate);
    Require.atLeast(1, "minimumCalls", minimumCalls);
    Require.positive("window", window);
  }

  /** 5 % of at least 100 calls in 5 minutes. */
  public static AlertRule ofDefaults() {
    return DEFAULT;
  }
}
