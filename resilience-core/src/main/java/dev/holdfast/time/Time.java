package dev.holdfast.time;

import java.time.Duration;

/**
 * A monotonic clock and the two ways to wait on it. Everything in Holdfast that looks at the time
 * or waits does so through an instance of this, so a test can move time by hand.
 *
 * <p>Implementations are safe for use by many threads.
 */
public interface Time {

  /** The time of this process: {@link System#nanoTime}, and waits that hold no thread of ours. */
  static Time system() {
    return SystemTime.INSTANCE;
  }

  /**
   * The nanoseconds since some fixed, arbitrary origin. Two readings may be compared only by their
   * difference, which stays right when the value overflows.
   */
  long nanoTime();

  /**
   * Holds the calling thread for {@code duration}.
   *
   * @throws InterruptedException if the thread is interrupted before or while it waits
   */
  void sleep(Duration duration) throws InterruptedException;

  /**
   * Runs {@code task} once, after {@code delay}. The task may run on any thread but never on the
   * calling one before this method returns.
   */
  ScheduledTask schedule(Duration delay, Runnable task);
}
