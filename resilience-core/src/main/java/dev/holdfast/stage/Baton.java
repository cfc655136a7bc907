package dev.holdfast.stage;

import dev.holdfast.time.Time;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The right to act in work that holds no thread while it waits.
 *
 * <p>Either one thread is busy with the work, as in the beginning, or it waits for one {@link
 * Wait}, or it has ended. Whoever takes the wait away is busy next: the stage that completes, the
 * timer that fires, or whoever abandons the work. So only one of them acts.
 */
public final class Baton {

  private static final Wait BUSY = Wait.forTimer();
  private static final Wait ENDED = Wait.forTimer();

  private final AtomicReference<Wait> waiting = new AtomicReference<>(BUSY);

  /** Creates a baton that the calling thread holds. */
  public Baton() {}

  /** Begins to wait; false if the work has been abandoned. Only who is busy calls this. */
  public boolean await(Wait wait) {
    return waiting.compareAndSet(BUSY, wait);
  }

  /** Runs {@code late} after {@code delay}, unless {@code wait} is over before. */
  public void startTimer(Wait wait, Time time, Duration delay, Runnable late) {
    wait.timer = time.schedule(delay, late);
    if (waiting.get() != wait) {
      wait.cancelTimer();
    }
  }

  /** Takes the baton when {@code wait} is over; false if somebody else has. */
  public boolean take(Wait wait) {
    return waiting.compareAndSet(wait, BUSY);
  }

  /** Ends the work; false if it has been abandoned. Only who is busy calls this. */
  public boolean end() {
    return waiting.compareAndSet(BUSY, ENDED);
  }

  /** Whether the work has ended, by whomever. */
  public boolean isEnded() {
    return waiting.get() == ENDED;
  }

  /**
   * Ends the work from outside.
   *
   * @return what it waited for, to be cancelled by the caller; null if it did not wait
   */
  public @Nullable Wait abandon() {
    var last = waiting.getAndSet(ENDED);
    return last == BUSY || last == ENDED ? null : last;
  }
}
