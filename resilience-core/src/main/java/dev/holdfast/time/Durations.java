package dev.holdfast.time;

import java.time.Duration;

/** Durations as nanoseconds, for durations of any length. */
public final class Durations {

  private static final Duration LONGEST = Duration.ofNanos(Long.MAX_VALUE);

  private Durations() {}

  /** The length in nanoseconds, at most {@link Long#MAX_VALUE}: about 292 years. */
  public static long saturatedNanos(Duration duration) {
    if (duration.compareTo(LONGEST) >= 0) {
      return Long.MAX_VALUE;
    }
    return duration.isNegative() ? 0 : duration.toNanos();
  }
}
