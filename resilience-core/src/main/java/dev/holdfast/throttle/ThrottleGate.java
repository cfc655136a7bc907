package dev.holdfast.throttle;

import dev.holdfast.require.Require;
import dev.holdfast.time.Durations;
import dev.holdfast.time.WaitHints;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Keeps calls away from a model until the time that its provider named, for all callers at once. A
 * gate that is closed again for a shorter time stays closed for the longer one.
 *
 * <p>Safe for use by many threads; an open gate costs one read.
 */
public final class ThrottleGate {

  private static final VarHandle CLOSURE;

  static {
    try {
      CLOSURE = MethodHandles.lookup().findVarHandle(ThrottleGate.class, "closure", Closure.class);
    } catch (ReflectiveOperationException impossible) {
      throw new ExceptionInInitializerError(impossible);
    }
  }

  private final String name;
  private volatile Closure closure = new Closure(0, 0);
  private volatile @Nullable Reading lastReading;

  /**
   * Creates an open gate.
   *
   * @throws IllegalArgumentException if the name is blank
   */
  public ThrottleGate(String name) {
    this.name = Require.notBlank("name", name);
  }

  /** The name; by custom that of the model. */
  public String name() {
    return name;
  }

  /**
   * Closes the gate from {@code now} on for {@code hint}, but at most for {@link
   * WaitHints#LONGEST}.
   *
   * @throws IllegalArgumentException if the hint is negative
   */
  public void closeFor(Duration hint, long now) {
    Require.notNegative("hint", hint);
    long nanos = Durations.saturatedNanos(WaitHints.bounded(hint));
    var wanted = new Closure(now, nanos);
    while (true) {
      var current = closure;
      if (current.left(now) >= nanos || CLOSURE.compareAndSet(this, current, wanted)) {
        return;
      }
    }
  }

  /**
   * Takes what the provider says of a limit: the gate closes until the reset when nothing remains.
   * Between two readings {@link #headroom} tells how much was left.
   */
  public void read(QuotaReading reading, long now) {
    lastReading = new Reading(reading, now);
    if (reading.remaining() == 0) {
      closeFor(reading.resetsIn(), now);
    }
  }

  /**
   * The part of the quota that was left by the last reading, from 0 to 1; 1 if there was none or it
   * has been reset since. Less urgent work may hold back when it is low.
   */
  public double headroom(long now) {
    var last = lastReading;
    if (last == null || Durations.leftNanos(last.resetNanos(), last.since, now) == 0) {
      return 1;
    }
    return Math.min(1, (double) last.quota.remaining() / last.quota.limit());
  }

  /** The nanoseconds until the gate opens; zero if it is open at {@code now}. */
  public long closedNanos(long now) {
    var current = closure;
    if (current.nanos == 0) {
      return 0;
    }
    long left = current.left(now);
    if (left == 0) {
      // Forgotten, so that the reading does not come round again when the clock overflows.
      CLOSURE.compareAndSet(this, current, new Closure(0, 0));
    }
    return left;
  }

  @Override
  public String toString() {
    return "ThrottleGate[" + name + "]";
  }

  private record Closure(long since, long nanos) {

    long left(long now) {
      return Durations.leftNanos(nanos, since, now);
    }
  }

  private record Reading(QuotaReading quota, long since) {

    long resetNanos() {
      return Durations.saturatedNanos(quota.resetsIn());
    }
  }
}
