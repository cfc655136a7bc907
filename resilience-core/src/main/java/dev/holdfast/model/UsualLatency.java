package dev.holdfast.model;

import dev.holdfast.time.Time;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How long a model usually takes to its first content: a moving average over the latest answers, in
 * which each new one has a weight of 1/8. Safe for use by many threads.
 */
public final class UsualLatency {

  /** One answer in so many is timed. The last digits of the clock are as good as random. */
  private static final int SAMPLED = 8;

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

  /**
   * Takes an answer into account that has come just now, if it is one of the sample. That is enough
   * for an average, and the clock costs more than all else that is done for an answer.
   *
   * @param since when its attempt began
   */
  public void sample(long since, Time time) {
    if (since % SAMPLED == 0 || nanos() == 0) {
      record(time.nanoTime() - since);
    }
  }

  /** The nanoseconds that an answer takes; zero if nothing is known. */
  public long nanos() {
    return average.get();
  }
}
