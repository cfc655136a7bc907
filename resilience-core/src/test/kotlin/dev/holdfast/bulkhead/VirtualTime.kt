@file:OptIn(ExperimentalCoroutinesApi::class)

package dev.holdfast.bulkhead

import dev.holdfast.time.ScheduledTask
import dev.holdfast.time.Time
import java.time.Duration
import kotlin.time.toKotlinDuration
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch
import kotlinx.coroutines.test.TestScope

/** The time of `runTest`, timers included. */
class VirtualTime(private val test: TestScope) : Time {
  override fun nanoTime(): Long = START + test.testScheduler.currentTime * 1_000_000

  override fun sleep(duration: Duration): Unit = error("a coroutine must not hold its thread")

  override fun schedule(delay: Duration, task: Runnable): ScheduledTask {
    val timer =
      test.backgroundScope.launch {
        delay(delay.toKotlinDuration())
        task.run()
      }
    return ScheduledTask { timer.cancel() }
  }

  private companion object {
    /** Close to the overflow. */
    const val START = Long.MAX_VALUE - 1_000_000_000
  }
}
