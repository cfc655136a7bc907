package dev.holdfast.stream;

import dev.holdfast.time.Durations;
import dev.holdfast.time.ScheduledTask;
import dev.holdfast.time.Time;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Runs a task when the time for it is over, unless it is set again before. Set for every item of a
 * stream, it still schedules hardly more than one task for each time that passes. Confined to a
 * mailbox.
 */
final class StallTimer {

  private final Time time;
  private final Mailbox mailbox;
  private final Runnable late;

  private @Nullable ScheduledTask task;
  private int tasks;
  private long since;
  private long nanos;
  private long taskAt;
  private boolean set;

  StallTimer(Time time, Mailbox mailbox, Runnable late) {
    this.time = time;
    this.mailbox = mailbox;
    this.late = late;
  }

  /** Starts anew. */
  void set(Duration duration) {
    since = time.nanoTime();
    nanos = Durations.saturatedNanos(duration);
    // Who waits for ever needs no timer.
    set = nanos != Long.MAX_VALUE;
    if (!set) {
      return;
    }
    if (task == null || taskAt - since > nanos) {
      cancelTask();
      schedule();
    }
  }

  /** Stops; a task that was scheduled may remain, and does nothing. */
  void unset() {
    set = false;
  }

  /** Stops, and leaves nothing behind. */
  void cancel() {
    set = false;
    cancelTask();
  }

  private void schedule() {
    long now = time.nanoTime();
    long left = Durations.leftNanos(nanos, since, now);
    taskAt = now + left;
    int number = ++tasks;
    task = time.schedule(Duration.ofNanos(left), () -> mailbox.run(() -> fired(number)));
  }

  private void fired(int number) {
    if (task == null || number != tasks) {
      return;
    }
    task = null;
    if (set && Durations.leftNanos(nanos, since, time.nanoTime()) > 0) {
      schedule();
    } else if (set) {
      set = false;
      late.run();
    }
  }

  private void cancelTask() {
    var last = task;
    task = null;
    if (last != null) {
      last.cancel();
    }
  }
}
