package dev.holdfast.time;

import java.time.Duration;

/**
 * The moment at which a call must have ended. It is absolute, so it does not grow when it is passed
 * on, and may be none at all. Immutable.
 *
 * <p>Java passes it from call to call; Kotlin's {@code withDeadline { }} carries it in the
 * coroutine context. A deadline is a moment on one clock: read it, and combine it with others, by
 * readings of the same {@link Time}.
 *
 * <pre>{@code
 * var deadline = Deadline.after(Duration.ofMinutes(2), Time.system());
 * Answer answer = retry.call(() -> client.chat(prompt, deadline.remaining(Time.system())), deadline);
 * }</pre>
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

  /** The moment that is {@code duration} from now. */
  public static Deadline after(Duration duration, Time time) {
    return after(duration, time.nanoTime());
  }

  /** The one that passes first, so that a deadline within a deadline can only be shorter. */
  public static Deadline earliest(Deadline one, Deadline other) {
    if (one == NONE || other == NONE) {
      return one == NONE ? other : one;
    }
    return one.nanos <= other.nanosAfter(one.since) ? one : other;
  }

  /** The nanoseconds that are left at {@code now}; zero when it has passed. */
  public long remainingNanos(long now) {
    return this == NONE ? Long.MAX_VALUE : Durations.leftNanos(nanos, since, now);
  }

  /** The time that is left now; zero when it has passed. */
  public Duration remaining(Time time) {
    return Duration.ofNanos(remainingNanos(this == NONE ? 0 : time.nanoTime()));
  }

  /** Whether it has passed at {@code now}. */
  public boolean hasPassed(long now) {
    return remainingNanos(now) == 0;
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

  /** How long after {@code origin} it passes; negative if it had passed by then. */
  private long nanosAfter(long origin) {
    long offset = since - origin;
    return offset > Long.MAX_VALUE - nanos ? Long.MAX_VALUE : offset + nanos;
  }
}
