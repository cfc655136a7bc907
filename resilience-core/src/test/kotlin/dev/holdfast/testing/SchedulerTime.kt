package dev.holdfast.testing

import dev.holdfast.time.ScheduledTask
import dev.holdfast.time.Time
import java.time.Duration
import kotlinx.coroutines.test.TestCoroutineScheduler

/** The virtual time of `runTest`, so that a breaker and the coroutines around it agree on it. */
class SchedulerTime(private val scheduler: TestCoroutineScheduler) : Time {
  override fun nanoTime(): Long = START + scheduler.currentTime * 1_000_000

  override fun sleep(duration: Duration): Unit = error("a coroutine must not hold its thread")

  override fun schedule(delay: Duration, task: Runnable): ScheduledTask =
    error("coroutines have timers of their own")

  private companion object {
    /** Close to the overflow, as that of `ManualTime`. */
    const val START = Long.MAX_VALUE - 30_000_000_000
  }
}
