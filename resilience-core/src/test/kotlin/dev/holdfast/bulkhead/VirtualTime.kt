package dev.holdfast.bulkhead

import dev.holdfast.testing.SchedulerTime
import dev.holdfast.time.ScheduledTask
import dev.holdfast.time.Time
import java.time.Duration
import kotlin.time.toKotlinDuration
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch
import kotlinx.coroutines.test.TestScope

/** The time of `runTest`, timers included. */
class VirtualTime(private val test: TestScope) : Time by SchedulerTime(test.testScheduler) {
  override fun schedule(delay: Duration, task: Runnable): ScheduledTask {
    val timer =
      test.backgroundScope.launch {
        delay(delay.toKotlinDuration())
        task.run()
      }
    return ScheduledTask { timer.cancel() }
  }
}
