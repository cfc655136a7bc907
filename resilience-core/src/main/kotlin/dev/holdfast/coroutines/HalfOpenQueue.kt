package dev.holdfast.coroutines

import dev.holdfast.breaker.Admission
import dev.holdfast.breaker.CircuitBreaker
import kotlin.time.Duration
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.toKotlinDuration
import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.flow.update
import kotlinx.coroutines.sync.Mutex
import kotlinx.coroutines.sync.withLock
import kotlinx.coroutines.withTimeoutOrNull

/**
 * The suspending callers of one breaker who wait for a place in HALF_OPEN. The one at the head
 * holds the [turn] and waits for a probe to settle; the others wait for the turn, in order. Nobody
 * holds it while a call runs.
 */
internal class HalfOpenQueue(private val breaker: CircuitBreaker) {

  private val turn = Mutex()

  suspend fun enter(): Admission {
    val maxWait = breaker.config().maxWaitInHalfOpen().toKotlinDuration()
    if (maxWait <= Duration.ZERO) return breaker.enter()
    val waits = breaker.state() == CircuitBreaker.State.HALF_OPEN
    // Without the turn nobody becomes a probe: that would be ahead of those who still wait.
    return (if (waits) null else breaker.enterUnlessHalfOpen())
      ?: awaitTurn(maxWait)
      ?: breaker.enterUnlessProbe()
  }

  /**
   * Null when the wait is over. The variable outlives a timeout or a cancellation in the very
   * moment of admission.
   */
  private suspend fun awaitTurn(maxWait: Duration): Admission? {
    var admission: Admission? = null
    try {
      withTimeoutOrNull(maxWait) {
        while (admission == null) {
          turn.withLock { admission = awaitPlace() }
          // Not under the turn, because a refusal runs the listeners.
          admission = admission ?: breaker.enterUnlessHalfOpen()
        }
      }
    } catch (cancelled: Throwable) {
      admission?.release()
      throw cancelled
    }
    return admission
  }

  /** The admission, or null when the breaker has opened again. */
  private suspend fun awaitPlace(): Admission? {
    val changes = MutableStateFlow(0L)
    // Only as long as somebody waits: a breaker that is listened to stays in its registry.
    val listening =
      listOf(
        breaker.onTransition { changes.update { it + 1 } },
        breaker.onProbeSettled { changes.update { it + 1 } },
      )
    try {
      while (true) {
        val seen = changes.value
        breaker.enterIfPossible()?.let {
          return it
        }
        if (breaker.isOpen) return null
        // A lease may end without any event.
        val lease = breaker.retryAfter().toKotlinDuration().coerceAtLeast(SHORTEST_WAIT)
        withTimeoutOrNull(lease) { changes.first { it != seen } }
      }
    } finally {
      listening.forEach { it.close() }
    }
  }

  private companion object {
    val SHORTEST_WAIT = 1.milliseconds
  }
}
