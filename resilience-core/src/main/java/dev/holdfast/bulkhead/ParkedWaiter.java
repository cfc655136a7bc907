package dev.holdfast.bulkhead;

import dev.holdfast.stage.Stages;
import dev.holdfast.time.Durations;
import dev.holdfast.time.ScheduledTask;
import dev.holdfast.time.Time;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** A thread that waits in the line of a bulkhead. */
final class ParkedWaiter extends Waiter {

  private final Thread thread = Thread.currentThread();
  private final Slots slots;
  private volatile boolean granted;

  ParkedWaiter(Slots slots) {
    this.slots = slots;
  }

  @Override
  void granted() {
    granted = true;
    LockSupport.unpark(thread);
  }

  /**
   * Holds the thread, which has joined the line, until it has a slot or {@code nanos} have passed
   * since {@code since}.
   *
   * @return whether it has a slot
   * @throws InterruptedException if the thread is interrupted; then it has none
   */
  boolean await(Time time, long since, long nanos) throws InterruptedException {
    ScheduledTask alarm = null;
    try {
      // Wakes the thread when the clock is not the real one. The park has a limit of its own, so
      // that on the real one the end of the wait depends on no other thread.
      alarm = time.schedule(Duration.ofNanos(nanos), () -> LockSupport.unpark(thread));
      while (!granted) {
        if (Thread.interrupted()) {
          throw new InterruptedException("interrupted while waiting for a slot");
        }
        long left = Durations.leftNanos(nanos, since, time.nanoTime());
        if (left == 0) {
          return !slots.leave(this);
        }
        LockSupport.parkNanos(this, left);
      }
      return true;
    } catch (Throwable thrown) {
      slots.abandon(this);
      throw thrown;
    } finally {
      Stages.cancel(alarm);
    }
  }
}
