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

  /**
   * What is left at {@code now} of a span of {@code nanos} that began at {@code since}; zero when
   * it is over. A reading from before the beginning, as another thread may hold it, counts as the
   * beginning.
   */
  public static long leftNanos(long nanos, long since, long now) {
    return Math.max(0, nanos - Math.max(0, now - since));
  }
}
