package dev.holdfast;

import dev.holdfast.time.ScheduledTask;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * An attempt whose thread is interrupted when its time is over. After {@link #stop} no interrupt of
 * ours is under way or left behind on the thread, while one that came from elsewhere stays.
 */
final class TimedAttempt implements AutoCloseable {

  /** Instead of a place, for an attempt with a timer of its own. */
  static final int NO_PLACE = -1;

  private enum State {
    RUNNING,
    FIRING,
    FIRED,
    /** Fired when the thread had been interrupted from elsewhere, so that interrupt is not ours. */
    FIRED_LATE,
    STOPPED,
    /** Stopped after {@link #FIRED_LATE}. */
    STOPPED_LATE
  }

  private static final VarHandle STATE;

  static {
    try {
      STATE = MethodHandles.lookup().findVarHandle(TimedAttempt.class, "state", State.class);
    } catch (ReflectiveOperationException impossible) {
      throw new ExceptionInInitializerError(impossible);
    }
  }

  /** When its time is over. */
  final long end;

  final int place;

  /** Its own timer; null if it has a place. */
  @Nullable ScheduledTask timer;

  /** Whose attempt it is, and who watches it. */
  final Resilience owner;

  private final Thread thread;
  private volatile State state = State.RUNNING;

  TimedAttempt(Thread thread, long end, Resilience owner, int place) {
    this.thread = thread;
    this.end = end;
    this.owner = owner;
    this.place = place;
  }

  boolean isOn(Thread other) {
    return thread == other;
  }

  /**
   * Ends the watch, and clears the interrupt that it caused.
   *
   * @return whether the time was over
   */
  boolean stop() {
    if (STATE.compareAndSet(this, State.RUNNING, State.STOPPED)) {
      leave();
      return false;
    }
    while (state == State.FIRING) {
      Thread.onSpinWait();
    }
    var last = state;
    if (last == State.STOPPED || last == State.STOPPED_LATE) {
      return false;
    }
    state = last == State.FIRED_LATE ? State.STOPPED_LATE : State.STOPPED;
    leave();
    if (last == State.FIRED) {
      Thread.interrupted();
      owner.shared.watch().interruptAround(thread);
    }
    return true;
  }

  /** One inside this has cleared an interrupt, which was meant for this too if its time is over. */
  void interruptAgain() {
    while (state == State.FIRING) {
      Thread.onSpinWait();
    }
    if (state == State.FIRED || state == State.FIRED_LATE) {
      state = State.FIRED;
      thread.interrupt();
    }
  }

  /** Whether the thread had been interrupted from elsewhere before the time was over. */
  boolean wasInterruptedBefore() {
    return state == State.STOPPED_LATE;
  }

  @Override
  public void close() {
    stop();
  }

  /** Its time is over. */
  void fire() {
    if (STATE.compareAndSet(this, State.RUNNING, State.FIRING)) {
      boolean isInterrupted = thread.isInterrupted();
      thread.interrupt();
      state = isInterrupted ? State.FIRED_LATE : State.FIRED;
    }
  }

  private void leave() {
    if (timer != null) {
      timer.cancel();
    } else {
      owner.shared.watch().free(place);
    }
  }
}
