package dev.holdfast.time;

import java.time.Duration;

/** How far the waits that providers name are followed. */
public final class WaitHints {

  /** The longest that a hint is followed at once, so that an absurd one does no harm. */
  public static final Duration LONGEST = Duration.ofHours(1);

  private WaitHints() {}

  /** The hint, or {@link #LONGEST} if that is shorter. */
  public static Duration bounded(Duration hint) {
    return hint.compareTo(LONGEST) < 0 ? hint : LONGEST;
  }
}
