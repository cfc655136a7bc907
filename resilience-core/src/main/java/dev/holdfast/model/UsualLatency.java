package dev.holdfast.model;

import java.util.concurrent.atomic.AtomicLong;

/**
 * How long a model usually takes to its first content: a moving average over the latest answers, in
 * which each new one has a weight of 1/8. Safe for use by many threads.
 */
public final class UsualLatency {

  /** Zero until there is a first answer. */
  private final AtomicLong average = new AtomicLong();

  /** Nothing is known yet. */
  public UsualLatency() {}

  /** Takes one answer into account that took so many nanoseconds. */
  public void record(long nanos) {
    long latest = Math.max(1, nanos);
    long known = average.get();
    // One of two answers in the same moment may be lost, which no average notices.
    average.compareAndSet(known, known == 0 ? latest : known + (latest - known) / 8);
  }

  /** The nanoseconds that an answer takes; zero if nothing is known. */
  public long nanos() {
    return average.get();
  }
}
