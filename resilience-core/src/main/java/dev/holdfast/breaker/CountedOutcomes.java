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
    return seen == config.minimumCalls() && exceeds(seen, config);
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
    return exceeds(calls, config);
  }

  @Override
  int failures() {
    return (int) tally().failures();
  }

  @Override
  boolean exceeds(CircuitBreakerConfig config) {
    return exceeds(calls, config);
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

  private boolean exceeds(long seen, CircuitBreakerConfig config) {
    long inWindow = Math.min(seen, size);
    if (inWindow < config.minimumCalls()) {
      return false;
    }
    double failureRate = config.failureRateThreshold();
    double slowRate = config.slowCallRateThreshold();
    return (failureRate > 0 && failures.holds(needed(failureRate, inWindow), seen))
        || (slowRate > 0 && slow.holds(needed(slowRate, inWindow), seen));
  }
}
