package dev.holdfast.time;

import java.time.Duration;

/**
 * The moment at which a call must have ended. It is absolute, so it does not grow when it is passed
 * on, and may be none at all. Immutable.
 */
public final class Deadline {

  private static final Deadline NONE = new Deadline(0, Long.MAX_VALUE);

  private final long since;
  private final long nanos;

  private Deadline(long since, long nanos) {
    this.since = since;
    this.nanos = nanos;
  }

  /** No deadline: all the time in the world. */
  public static Deadline none() {
    return NONE;
  }

  /** The moment that is {@code duration} after {@code now}, a reading of {@link Time#nanoTime}. */
  public static Deadline after(Duration duration, long now) {
    return new Deadline(now, Durations.saturatedNanos(duration));
  }

  /** The nanoseconds that are left at {@code now}; zero when it has passed. */
  public long remainingNanos(long now) {
    return this == NONE ? Long.MAX_VALUE : Durations.leftNanos(nanos, since, now);
  }

  /** The time that a call which starts at {@code now} and needs {@code wanted} at most may take. */
  public Duration bound(Duration wanted, long now) {
    var remaining = Duration.ofNanos(remainingNanos(now));
    return wanted.compareTo(remaining) <= 0 ? wanted : remaining;
  }

  /** Whether there is none. */
  public boolean isNone() {
    return this == NONE;
  }
}
