package dev.holdfast.breaker;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * The last {@code size} outcomes. They are not kept one by one: calls are numbered, and only those
 * that failed or were slow are remembered by their number.
 *
 * <p>While the window is full of good calls, another one changes nothing, so its number is not even
 * taken: nothing is written.
 */
final class CountedOutcomes extends Outcomes {

  private static final VarHandle CALLS;
  private static final VarHandle LAST_TROUBLE;

  static {
    try {
      var lookup = MethodHandles.lookup();
      CALLS = lookup.findVarHandle(CountedOutcomes.class, "calls", long.class);
      LAST_TROUBLE = lookup.findVarHandle(CountedOutcomes.class, "lastTrouble", long.class);
    } catch (ReflectiveOperationException impossible) {
      throw new ExceptionInInitializerError(impossible);
    }
  }

  private final int size;
  private final TroubleRing failures;
  private final TroubleRing slow;

  /** The calls numbered so far. */
  private volatile long calls;

  /** The number of the last call that failed or was slow; far enough below zero at first. */
  private volatile long lastTrouble;

  CountedOutcomes(int size) {
    this.size = size;
    this.failures = new TroubleRing(size);
    this.slow = new TroubleRing(size);
    this.lastTrouble = -size - 1L;
  }

  @Override
  boolean success(CircuitBreakerConfig config) {
    long seen = calls;
    if (seen >= size && seen - lastTrouble > size) {
      return false;
    }
    seen = (long) CALLS.getAndAdd(this, 1L) + 1;
    // Before the least number of calls nothing was judged; with it, earlier failures may tell.
    return seen == config.minimumCalls() && exceeds(config);
  }

  @Override
  boolean trouble(boolean failed, boolean late, CircuitBreakerConfig config) {
    long number = (long) CALLS.getAndAdd(this, 1L);
    if (failed) {
      failures.add(number);
    }
    if (late) {
      slow.add(number);
    }
    for (long last = lastTrouble; last < number; last = lastTrouble) {
      if (LAST_TROUBLE.compareAndSet(this, last, number)) {
        break;
      }
    }
    return exceeds(config);
  }

  @Override
  int failures() {
    return (int) tally().failures();
  }

  @Override
  boolean exceeds(CircuitBreakerConfig config) {
    double failureRate = config.failureRateThreshold();
    double slowRate = config.slowCallRateThreshold();
    return (failureRate > 0 && holds(failures, failureRate, config))
        || (slowRate > 0 && holds(slow, slowRate, config));
  }

  @Override
  Tally tally() {
    long seen = calls;
    return new Tally(Math.min(seen, size), failures.count(seen), slow.count(seen));
  }

  @Override
  boolean fits(CircuitBreakerConfig config) {
    return config.slidingWindow() instanceof SlidingWindow.OfCalls window && window.calls() == size;
  }

  /**
   * Whether so many of the calls in the window are in the ring. The calls are read after the entry
   * that decides: an entry that was in the window then was so before, while one that is asked about
   * an earlier count could seem to be in a window that has moved on.
   */
  private boolean holds(TroubleRing ring, double rate, CircuitBreakerConfig config) {
    long inWindow = Math.min(calls, size);
    while (inWindow >= config.minimumCalls()) {
      long entry = ring.last(needed(rate, inWindow));
      long now = calls;
      if (Math.min(now, size) == inWindow) {
        return entry > Math.max(0, now - size);
      }
      inWindow = Math.min(now, size);
    }
    return false;
  }
}
