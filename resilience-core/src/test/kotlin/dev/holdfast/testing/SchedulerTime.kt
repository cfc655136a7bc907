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

  /** The time that has passed since the test began. */
  fun elapsed(): Duration = Duration.ofMillis(scheduler.currentTime)

  private companion object {
    /** A second before the overflow, so that every test that waits longer crosses it. */
    const val START = Long.MAX_VALUE - 1_000_000_000
  }
}
