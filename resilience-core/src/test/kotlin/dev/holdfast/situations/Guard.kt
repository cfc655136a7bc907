package dev.holdfast.situations

import dev.holdfast.breaker.CircuitBreaker
import dev.holdfast.bulkhead.testBulkhead
import dev.holdfast.coroutines.withBreaker
import dev.holdfast.coroutines.withBulkhead
import dev.holdfast.coroutines.withRetry
import dev.holdfast.retry.Backoff
import dev.holdfast.retry.BreakerCounts
import dev.holdfast.retry.Retry
import dev.holdfast.testing.testBreaker
import dev.holdfast.testing.tripAndWait
import dev.holdfast.testkit.ManualTime
import java.io.IOException
import java.time.Duration
import java.util.concurrent.CompletableFuture
import java.util.concurrent.CompletionStage
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.emitAll
import kotlinx.coroutines.flow.flow

/** What became of the one place that a guard has. */
enum class After {
  SUCCESS,
  FAILURE,
  NO_OPINION,
  HELD,
}

/** Makes the predicates throw. */
class Poison : RuntimeException()

/** Guards calls, with one place for all of them. Every listener throws. */
abstract class Guard {
  val time = ManualTime()

  abstract fun call(block: () -> String): String

  abstract fun callAsync(stage: () -> CompletionStage<String>): CompletableFuture<String>

  abstract suspend fun suspending(block: suspend () -> String): String

  abstract fun flow(source: Flow<String>): Flow<String>

  /** Makes all that the guard knew before out of date, if it remembers anything at all. */
  abstract fun startAnew()

  /** The results that came too late. */
  abstract fun stale(): Long

  /** Whether a call that did not report for so long has lost its place. */
  abstract fun frees(after: Duration): Boolean

  abstract fun after(): After
}

/** A breaker in HALF_OPEN; [after] is what it made of its probe. */
open class BreakerGuard : Guard() {
  protected val breaker: CircuitBreaker =
    testBreaker(time) {
      failureThreshold(1)
      countsAsFailure { if (it is Poison) error("a predicate's own") else true }
    }

  init {
    breaker.onTransition { error("a listener's own") }
    breaker.onProbeSettled { throw AssertionError("a listener's own") }
    breaker.onRejection { error("a listener's own") }
    breaker.onThresholdExceeded { error("a listener's own") }
    breaker.tripAndWait(time)
  }

  override fun call(block: () -> String): String = breaker.call<String, Exception>(block)

  override fun callAsync(stage: () -> CompletionStage<String>): CompletableFuture<String> =
    breaker.callAsync(stage)

  override suspend fun suspending(block: suspend () -> String) = breaker.withBreaker { block() }

  override fun flow(source: Flow<String>) = source.withBreaker(breaker)

  override fun startAnew() = breaker.reset()

  override fun stale() = breaker.snapshot().staleResults()

  override fun frees(after: Duration): Boolean {
    time.advance(after)
    return breaker.tryAcquire() != null
  }

  override fun after(): After =
    when (breaker.state()) {
      CircuitBreaker.State.CLOSED -> After.SUCCESS
      CircuitBreaker.State.HALF_OPEN ->
        if (breaker.tryAcquire() == null) After.HELD else After.NO_OPINION
      else -> After.FAILURE
    }
}

/** A retry of [IOException]s, without waits, that keeps to such a breaker. */
class RetryGuard(counts: BreakerCounts) : BreakerGuard() {
  private val retry =
    Retry.builder()
      .time(time)
      .maxAttempts(3)
      .backoff(Backoff.fixed(Duration.ZERO))
      .retryIf { if (it is Poison) error("a predicate's own") else it is IOException }
      .circuitBreaker(breaker, counts)
      .build()

  override fun call(block: () -> String): String = retry.call<String, Exception>(block)

  override fun callAsync(stage: () -> CompletionStage<String>): CompletableFuture<String> =
    retry.callAsync(stage)

  override suspend fun suspending(block: suspend () -> String) = retry.withRetry { block() }

  override fun flow(source: Flow<String>) = source.withRetry(retry)
}

/** A bulkhead of one slot. It has no opinion of calls, and no lease. */
class BulkheadGuard : Guard() {
  private val bulkhead = testBulkhead(time)

  init {
    bulkhead.onRejection { error("a listener's own") }
  }

  override fun call(block: () -> String): String = bulkhead.call<String, Exception>(block)

  override fun callAsync(stage: () -> CompletionStage<String>): CompletableFuture<String> =
    bulkhead.callAsync(stage)

  override suspend fun suspending(block: suspend () -> String) = bulkhead.withBulkhead { block() }

  override fun flow(source: Flow<String>) = flow { bulkhead.withBulkhead { emitAll(source) } }

  override fun startAnew() {}

  override fun stale() = 0L

  override fun frees(after: Duration): Boolean {
    time.advance(after)
    return bulkhead.tryAcquire() != null
  }

  override fun after(): After = if (bulkhead.tryAcquire() == null) After.HELD else After.NO_OPINION
}

enum class Guarding(val remembers: Boolean, val make: () -> Guard) {
  BREAKER(true, ::BreakerGuard),
  RETRY_PERMIT_PER_ATTEMPT(true, { RetryGuard(BreakerCounts.ATTEMPTS) }),
  RETRY_PERMIT_PER_CALL(true, { RetryGuard(BreakerCounts.CALLS) }),
  BULKHEAD(false, ::BulkheadGuard),
}
