package dev.holdfast.testing

import dev.holdfast.time.ScheduledTask
import dev.holdfast.time.Time
import java.time.Duration

/** A clock whose every reading is chosen by the test. It does not wait. */
class SteppingTime(private val read: () -> Long) : Time {
  override fun nanoTime(): Long = read()

  override fun sleep(duration: Duration): Unit = error("this clock does not wait")

  override fun schedule(delay: Duration, task: Runnable): ScheduledTask =
    error("this clock does not wait")
}
