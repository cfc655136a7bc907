package dev.holdfast.time;

/** A task that waits for its time. */
@FunctionalInterface
public interface ScheduledTask {

  /**
   * Forgets the task if it has not started, and frees what it held. Does nothing afterwards; a task
   * that has started is not interrupted.
   */
  void cancel();
}
