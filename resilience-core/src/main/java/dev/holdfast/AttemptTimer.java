package dev.holdfast;

import dev.holdfast.time.ScheduledTask;
import dev.holdfast.time.Time;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Interrupts the thread that started it when the time is over. After {@link #stop} no interrupt of
 * its own is under way or left behind on the thread, while one that came from elsewhere stays.
 */
final class AttemptTimer implements AutoCloseable {

  private enum State {
    RUNNING,
    FIRING,
    FIRED,
    /** Fired when the thread had been interrupted from elsewhere, so that interrupt is not ours. */
    FIRED_LATE,
    STOPPED
  }

  private final AtomicReference<State> state = new AtomicReference<>(State.RUNNING);
  private final Thread thread = Thread.currentThread();
  private final ScheduledTask task;

  private AttemptTimer(Duration timeout, Time time) {
    this.task = time.schedule(timeout, this::fire);
  }

  static AttemptTimer start(Duration timeout, Time time) {
    return new AttemptTimer(timeout, time);
  }

  /**
   * Stops the timer, and clears the interrupt that it caused.
   *
   * @return whether it had fired
   */
  boolean stop() {
    if (state.compareAndSet(State.RUNNING, State.STOPPED)) {
      task.cancel();
      return false;
    }
    while (state.get() == State.FIRING) {
      Thread.onSpinWait();
    }
    var last = state.getAndSet(State.STOPPED);
    if (last == State.FIRED) {
      Thread.interrupted();
    }
    return last == State.FIRED || last == State.FIRED_LATE;
  }

  @Override
  public void close() {
    stop();
  }

  private void fire() {
    if (state.compareAndSet(State.RUNNING, State.FIRING)) {
      boolean isInterrupted = thread.isInterrupted();
      thread.interrupt();
      state.set(isInterrupted ? State.FIRED_LATE : State.FIRED);
    }
  }
}
