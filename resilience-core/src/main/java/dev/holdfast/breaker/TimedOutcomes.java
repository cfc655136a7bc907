package dev.holdfast.breaker;

import dev.holdfast.time.Durations;
import dev.holdfast.time.Time;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;

/** The outcomes of the last while, in slices of a tenth of it. */
final class TimedOutcomes extends Outcomes {

  /*
   * A good call only adds one to its thread's stripe. The stripes are emptied into the current slice
   * by whoever holds the lock: each failure, each look, and a good call now and then. A good call never
   * waits for the lock: if another holds it, that other one empties the stripes as well or the next.
   *
   * Reading the clock costs more than all the rest, so when calls come thick only every BATCH-th of a
   * stripe reads it. They come thick when BATCH of them take less than an eighth of a slice; otherwise
   * every call reads it and is in its right slice. After a pause, calls that are still in the stripes
   * belong to the time before it. So at most BATCH calls of a stripe can be misplaced, and only to a
   * time that is too early, which makes the breaker more watchful and not less.
   */
  private static final int SLICES = 10;

  private static final int BATCH = 16;

  private final Time time;
  private final Duration length;
  private final long sliceNanos;
  private final Stripes good = new Stripes();
  private final ReentrantLock lock = new ReentrantLock();
  private volatile boolean comesThick;

  // Guarded by the lock.
  private final long[] calls = new long[SLICES];
  private final long[] failures = new long[SLICES];
  private final long[] slow = new long[SLICES];
  private final long start;
  private long emptied;
  private long slice;

  TimedOutcomes(Duration length, Time time) {
    this.time = time;
    this.length = length;
    this.sliceNanos = Durations.saturatedNanos(length) / SLICES;
    this.start = time.nanoTime();
    this.emptied = start;
  }

  @Override
  boolean success(CircuitBreakerConfig config) {
    long earlier = good.add();
    if ((comesThick && earlier % BATCH != BATCH - 1) || !lock.tryLock()) {
      return false;
    }
    try {
      empty(time.nanoTime(), 1);
      return sum().exceeds(config);
    } finally {
      lock.unlock();
    }
  }

  @Override
  boolean trouble(boolean failed, boolean late, CircuitBreakerConfig config) {
    lock.lock();
    try {
      empty(time.nanoTime(), 0);
      int place = place(slice);
      calls[place]++;
      failures[place] += failed ? 1 : 0;
      slow[place] += late ? 1 : 0;
      return sum().exceeds(config);
    } finally {
      lock.unlock();
    }
  }

  @Override
  int failures() {
    return (int) tally().failures();
  }

  @Override
  boolean exceeds(CircuitBreakerConfig config) {
    return tally().exceeds(config);
  }

  @Override
  Tally tally() {
    lock.lock();
    try {
      empty(time.nanoTime(), 0);
      return sum();
    } finally {
      lock.unlock();
    }
  }

  @Override
  boolean fits(CircuitBreakerConfig config) {
    return config.slidingWindow() instanceof SlidingWindow.OfTime window
        && window.duration().equals(length);
  }

  /**
   * Moves the window to {@code now}, and the good calls, {@code fresh} of them new, to their slice.
   */
  private void empty(long now, int fresh) {
    long waiting = good.drain();
    long elapsed = now - emptied;
    long current = (now - start) / sliceNanos;
    comesThick = elapsed > 0 && waiting > 0 && elapsed / waiting < sliceNanos / (8 * BATCH);
    if (current > slice + 1 && waiting > fresh) {
      calls[place(slice)] += waiting - fresh;
      waiting = fresh;
    }
    for (long gone = Math.max(slice + 1, current - SLICES + 1); gone <= current; gone++) {
      calls[place(gone)] = 0;
      failures[place(gone)] = 0;
      slow[place(gone)] = 0;
    }
    slice = Math.max(slice, current);
    calls[place(slice)] += waiting;
    emptied = now;
  }

  private Tally sum() {
    long allCalls = 0;
    long allFailures = 0;
    long allSlow = 0;
    for (int i = 0; i < SLICES; i++) {
      allCalls += calls[i];
      allFailures += failures[i];
      allSlow += slow[i];
    }
    return new Tally(allCalls, allFailures, allSlow);
  }

  private static int place(long slice) {
    return (int) (slice % SLICES);
  }
}
