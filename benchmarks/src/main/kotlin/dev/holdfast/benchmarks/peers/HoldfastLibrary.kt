package dev.holdfast.benchmarks.peers

import dev.holdfast.breaker.CircuitBreaker
import dev.holdfast.breaker.CircuitBreakerConfig
import dev.holdfast.coroutines.bulkhead
import dev.holdfast.coroutines.retry
import dev.holdfast.coroutines.withBreaker
import dev.holdfast.coroutines.withBulkhead
import dev.holdfast.coroutines.withRetry
import dev.holdfast.retry.Backoff
import dev.holdfast.retry.Jitter
import dev.holdfast.time.ScheduledTask
import dev.holdfast.time.Time
import java.time.Duration
import java.util.Random
import java.util.concurrent.CompletableFuture

internal object HoldfastLibrary : Library {
  override val title = "Holdfast"

  override fun guard(probes: Int, counts: ((Throwable) -> Boolean)?): Guard {
    val config =
      CircuitBreakerConfig.builder()
        .failureThreshold(Guard.FAILURES)
        .permittedCallsInHalfOpenState(probes)
        .successThreshold(probes)
    counts?.let { counted -> config.countsAsFailure { counted(it) } }
    val clock = Clock()
    return HoldfastGuard(CircuitBreaker.of("holdfast", config.build(), clock), clock)
  }

  private val threeAttempts = retry {
    maxAttempts(3)
    backoff(Backoff.fixed(Duration.ZERO))
    retryIf { true }
  }

  override suspend fun attemptsOfCollections(): List<Int> = attempts { it.withRetry(threeAttempts) }

  override suspend fun itemsAroundFailure(): List<Int> = items { it.withRetry(threeAttempts) }

  override fun waitsAtCap(): List<Double> {
    val cap = Duration.ofSeconds(10)
    val backoff = Backoff.exponential(Duration.ofMillis(500), cap, 2.0, Jitter.plusMinus(0.5))
    val random = Random(1)
    return List(SAMPLES) { backoff.before(20, random).toNanos().toDouble() / cap.toNanos() }
  }

  override suspend fun slotAfterCancelledWaiter(): Boolean {
    val bulkhead =
      bulkhead("holdfast") {
        maxConcurrentCalls(1)
        maxQueue(1)
        maxWait(Duration.ofMillis(WAIT_MILLIS))
      }
    val slot = bulkhead.acquire()
    cancelledWaiter({ bulkhead.withBulkhead {} }, slot::close)
    return bulkhead.tryAcquire() != null
  }
}

/** A clock that stands still unless it is moved. Nothing here waits on it. */
private class Clock : Time {
  private var now = 0L

  override fun nanoTime(): Long = now

  override fun sleep(duration: Duration) = throw UnsupportedOperationException()

  override fun schedule(delay: Duration, task: Runnable): ScheduledTask =
    throw UnsupportedOperationException()

  fun advance(by: Duration) {
    now += by.toNanos()
  }
}

private class HoldfastGuard(private val breaker: CircuitBreaker, private val clock: Clock) : Guard {
  override fun state() = State.valueOf(breaker.state().name)

  override fun begin(): Ticket? =
    breaker.tryAcquire()?.let { permit -> Ticket({ permit.success() }, { permit.failure() }) }

  override fun call(block: () -> String): String = breaker.call<String, Exception>(block)

  override suspend fun callSuspending(block: suspend () -> String) = breaker.withBreaker { block() }

  override fun callLater(source: CompletableFuture<String>): CompletableFuture<String> =
    breaker.callAsync { source }

  override fun release(times: Int) {
    val permit = breaker.acquire()
    repeat(times) { permit.close() }
  }

  override fun waitLong() = clock.advance(Duration.ofHours(1))
}
