package dev.holdfast.benchmarks.peers

import arrow.resilience.CircuitBreaker
import arrow.resilience.CircuitBreaker.OpeningStrategy
import arrow.resilience.Schedule
import arrow.resilience.retry
import java.util.concurrent.CompletableFuture
import kotlin.time.Duration.Companion.hours
import kotlin.time.Duration.Companion.minutes
import kotlin.time.TestTimeSource
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.SupervisorJob
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking

internal object ArrowLibrary : Library {
  override val title = "Arrow 2.2.3"

  override fun guard(probes: Int, counts: ((Throwable) -> Boolean)?): Guard {
    if (counts != null) throw Missing("no predicate")
    if (probes != 1) throw Missing("always one probe")
    val clock = TestTimeSource()
    // It opens when there are more failures than this.
    val opening = OpeningStrategy.Count(Guard.FAILURES - 1)
    return ArrowGuard(CircuitBreaker(1.minutes, opening, timeSource = clock), clock)
  }

  private fun threeAttempts() = Schedule.recurs<Throwable>(2)

  override suspend fun attemptsOfCollections(): List<Int> = attempts { it.retry(threeAttempts()) }

  override suspend fun itemsAroundFailure(): List<Int> = items { it.retry(threeAttempts()) }

  override fun waitsAtCap(): List<Double> = throw Missing("no cap")

  override suspend fun slotAfterCancelledWaiter(): Boolean = throw Missing("no bulkhead")
}

private class ArrowGuard(private val breaker: CircuitBreaker, private val clock: TestTimeSource) :
  Guard {
  private val calls = CoroutineScope(SupervisorJob() + Dispatchers.Unconfined)

  override fun state() =
    when (runBlocking { breaker.state() }) {
      is CircuitBreaker.State.Closed -> State.CLOSED
      is CircuitBreaker.State.Open -> State.OPEN
      is CircuitBreaker.State.HalfOpen -> State.HALF_OPEN
    }

  override fun begin(): Ticket? {
    val answer = CompletableDeferred<String>()
    var admitted = false
    calls.launch {
      runCatching {
        breaker.protectOrThrow {
          admitted = true
          answer.await()
        }
      }
    }
    if (!admitted) return null
    return Ticket({ answer.complete("answer") }, { answer.completeExceptionally(ModelDown()) })
  }

  override fun call(block: () -> String): String = runBlocking {
    breaker.protectOrThrow { block() }
  }

  override suspend fun callSuspending(block: suspend () -> String) = breaker.protectOrThrow(block)

  override fun callLater(source: CompletableFuture<String>): CompletableFuture<String> =
    throw Missing("no futures")

  override fun release(times: Int) = throw Missing("no such method")

  override fun waitLong() {
    clock += 1.hours
  }
}
