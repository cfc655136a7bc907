package dev.holdfast.breaker;

import dev.holdfast.time.Durations;
import dev.holdfast.time.Time;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;

/** The outcomes of the last while, in slices of a tenth of it. */
final class TimedOutcomes extends Outcomes {

  /*
   * A good call only adds one to its thread's stripe. The stripes are emptied into the slices by
   * whoever holds the lock: each failure, each look, and the good call that ends a batch. That one never
   * waits for the lock: if another holds it, the stripes are emptied by that other one or the next.
   *
   * Reading the clock costs more than all the rest, so when calls come thick only the last of a batch
   * reads it. A batch is so short that, at the pace measured last, one for each stripe takes less than
   * an eighth of a slice. When calls are rarer it is a single one, and every call is in its right slice.
   *
   * The calls of a batch before its last are entered in the slice in which the stripes were emptied
   * before. That is too early, by an eighth of a slice or, if the pace dropped meanwhile, by more, but
   * never too late: it makes the breaker more watchful and not less.
   */
  private static final int SLICES = 10;

  /** The calls of all stripes that may wait for a batch to end, and so be entered too early. */
  private static final int MOST_WAITING = 128;

  private final Time time;
  private final Duration length;
  private final long sliceNanos;
  private final Stripes good = new Stripes();
  private final ReentrantLock lock = new ReentrantLock();

  /** One less than the length of a batch, which is a power of two. */
  private volatile long batchMask;

  // Guarded by the lock.
  private final long[] calls = new long[SLICES];
  private final long[] failures = new long[SLICES];
  private final long[] slow = new long[SLICES];
  private final long start;
  private long emptied;
  private long slice;

  /** The slice of the last call that failed or was slow; far enough below zero at first. */
  private long lastTrouble = -SLICES;

  TimedOutcomes(Duration length, Time time) {
    this.time = time;
    this.length = length;
    this.sliceNanos = Durations.saturatedNanos(length) / SLICES;
    this.start = time.nanoTime();
    this.emptied = start;
  }

  @Override
  boolean success(CircuitBreakerConfig config) {
    long mask = batchMask;
    return (good.add() & mask) == mask && endBatch(config);
  }

  @Override
  boolean trouble(boolean failed, boolean late, CircuitBreakerConfig config) {
    long now = time.nanoTime();
    lock.lock();
    try {
      empty(now, 0);
      lastTrouble = slice;
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
    long now = time.nanoTime();
    lock.lock();
    try {
      empty(now, 0);
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

  /** Not part of {@link #success}, which with it would be too much for the JIT to inline. */
  private boolean endBatch(CircuitBreakerConfig config) {
    long now = time.nanoTime();
    if (!lock.tryLock()) {
      return false;
    }
    try {
      empty(now, 1);
      return slice - lastTrouble < SLICES && sum().exceeds(config);
    } finally {
      lock.unlock();
    }
  }

  /**
   * Moves the window to {@code now}, and enters the good calls, of which {@code fresh} came now.
   * The clock is foreign code and read before the lock is taken, so this may be a little late.
   */
  private void empty(long now, int fresh) {
    long gained = good.drain();
    long inTime = Math.min(fresh, gained);
    calls[place(slice)] += gained - inTime;
    batchMask = batch(gained, now - emptied) - 1;
    long current = (now - start) / sliceNanos;
    for (long gone = Math.max(slice + 1, current - SLICES + 1); gone <= current; gone++) {
      calls[place(gone)] = 0;
      failures[place(gone)] = 0;
      slow[place(gone)] = 0;
    }
    slice = Math.max(slice, current);
    calls[place(slice)] += inTime;
    emptied = now - emptied > 0 ? now : emptied;
  }

  /** The length of a batch after {@code gained} good calls in {@code elapsed} nanoseconds. */
  private long batch(long gained, long elapsed) {
    if (gained == 0 || elapsed <= 0) {
      return 1;
    }
    long pace = Math.max(1, elapsed / gained);
    long bearable = sliceNanos / 8 / pace / good.count();
    // A few calls that end together make no pace, so a batch at most doubles what was measured.
    long longest = Math.min(MOST_WAITING / good.count(), 2 * gained);
    return Long.highestOneBit(Math.max(1, Math.min(bearable, longest)));
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
