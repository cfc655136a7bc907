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
  private static final VarHandle SCARCEST;

  static {
    try {
      var lookup = MethodHandles.lookup();
      CLOSURE = lookup.findVarHandle(ThrottleGate.class, "closure", Closure.class);
      SCARCEST = lookup.findVarHandle(ThrottleGate.class, "scarcest", Reading.class);
    } catch (ReflectiveOperationException impossible) {
      throw new ExceptionInInitializerError(impossible);
    }
  }

  private final String name;
  private volatile Closure closure = new Closure(0, 0);

  /** Of the readings that have not been reset since, the one that leaves least. */
  private volatile @Nullable Reading scarcest;

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
   * Of several limits, such as requests and tokens, {@link #headroom} tells the scarcest.
   */
  public void read(QuotaReading reading, long now) {
    var read = new Reading(reading, now);
    var known = scarcest;
    while (read.isScarcerThan(known, now) && !SCARCEST.compareAndSet(this, known, read)) {
      known = scarcest;
    }
    if (reading.remaining() == 0) {
      closeFor(reading.resetsIn(), now);
    }
  }

  /**
   * The least part of a quota that a reading has left, from 0 to 1, until the reset that it named;
   * 1 if there is none such. Readings do not say which limit they are of, so one that leaves more
   * takes nothing back before that reset. Less urgent work may hold back when it is low.
   */
  public double headroom(long now) {
    var known = scarcest;
    return known == null ? 1 : known.headroom(now);
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

    double headroom(long now) {
      return left(now) == 0 ? 1 : Math.min(1, (double) quota.remaining() / quota.limit());
    }

    /** Whether it leaves less than another one, or as little for longer. */
    boolean isScarcerThan(@Nullable Reading other, long now) {
      if (other == null) {
        return true;
      }
      int difference = Double.compare(headroom(now), other.headroom(now));
      return difference < 0 || (difference == 0 && left(now) > other.left(now));
    }

    private long left(long now) {
      return Durations.leftNanos(Durations.saturatedNanos(quota.resetsIn()), since, now);
    }
  }
}
