package dev.holdfast.examples.drill

import dev.holdfast.breaker.CallRejection
import java.util.concurrent.ConcurrentLinkedQueue
import kotlin.time.Duration
import kotlin.time.Duration.Companion.nanoseconds

/**
 * Measures what the refusal of a call costs, in real time: from the moment when the breaker of the
 * primary has refused it to that when the breaker of the fallback has. A call goes from the one to
 * the other on one thread and without a pause.
 */
internal class RejectionTimer(
  private val scenario: Scenario,
  private val nanoTime: () -> Long = System::nanoTime,
) {
  private val refusedAt = ThreadLocal<Long?>()
  private val costs = ConcurrentLinkedQueue<Duration>()

  fun refused(rejection: CallRejection) {
    val now = nanoTime()
    when (rejection.name) {
      scenario.primary.name -> refusedAt.set(now)
      scenario.fallback.name -> {
        refusedAt.get()?.let { costs.add((now - it).nanoseconds) }
        refusedAt.remove()
      }
    }
  }

  fun costs(): List<Duration> = costs.toList()
}
