@file:OptIn(ExperimentalCoroutinesApi::class)

package dev.holdfast.retry

import dev.holdfast.time.ScheduledTask
import dev.holdfast.time.Time
import java.time.Duration
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.test.TestCoroutineScheduler

/** The virtual time of `runTest`, which begins shortly before the overflow. */
class VirtualTime(private val scheduler: TestCoroutineScheduler) : Time {
  override fun nanoTime(): Long = Long.MAX_VALUE - 1_000_000_000 + elapsed().toNanos()

  override fun sleep(duration: Duration): Unit = error("a coroutine must not hold its thread")

  override fun schedule(delay: Duration, task: Runnable): ScheduledTask =
    error("coroutines have timers of their own")

  fun elapsed(): Duration = Duration.ofMillis(scheduler.currentTime)
}
