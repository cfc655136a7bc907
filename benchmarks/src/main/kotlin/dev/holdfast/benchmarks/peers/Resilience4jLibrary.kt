package dev.holdfast.benchmarks.peers

import io.github.resilience4j.bulkhead.Bulkhead
import io.github.resilience4j.bulkhead.BulkheadConfig
import io.github.resilience4j.circuitbreaker.CircuitBreaker
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig
import io.github.resilience4j.core.IntervalFunction
import io.github.resilience4j.kotlin.bulkhead.executeSuspendFunction
import io.github.resilience4j.kotlin.circuitbreaker.executeSuspendFunction
import io.github.resilience4j.kotlin.retry.retry
import io.github.resilience4j.retry.Retry
import io.github.resilience4j.retry.RetryConfig
import java.time.Clock
import java.time.Duration
import java.time.Instant
import java.time.ZoneId
import java.time.ZoneOffset
import java.util.concurrent.CompletableFuture
import java.util.concurrent.TimeUnit

internal object Resilience4jLibrary : Library {
  override val title = "resilience4j 2.4.0"

  override fun guard(probes: Int, counts: ((Throwable) -> Boolean)?): Guard {
    val clock = WallClock()
    val config =
      CircuitBreakerConfig.custom()
        .slidingWindowSize(Guard.FAILURES)
        .minimumNumberOfCalls(Guard.FAILURES)
        .failureRateThreshold(100f)
        .permittedNumberOfCallsInHalfOpenState(probes)
        .clock(clock)
    counts?.let { counted -> config.recordException { counted(it) } }
    return Resilience4jGuard(CircuitBreaker.of("resilience4j", config.build()), clock)
  }

  private fun threeAttempts() =
    Retry.of(
      "resilience4j",
      RetryConfig.custom<Any>().maxAttempts(3).waitDuration(Duration.ofMillis(1)).build(),
    )

  override suspend fun attemptsOfCollections(): List<Int> = attempts { it.retry(threeAttempts()) }

  override suspend fun itemsAroundFailure(): List<Int> = items { it.retry(threeAttempts()) }

  override fun waitsAtCap(): List<Double> {
    val cap = Duration.ofSeconds(10)
    val waits = IntervalFunction.ofExponentialRandomBackoff(Duration.ofMillis(500), 2.0, 0.5, cap)
    return List(SAMPLES) { waits.apply(20).toDouble() / cap.toMillis() }
  }

  override suspend fun slotAfterCancelledWaiter(): Boolean {
    val config =
      BulkheadConfig.custom()
        .maxConcurrentCalls(1)
        .maxWaitDuration(Duration.ofMillis(WAIT_MILLIS))
        .build()
    val bulkhead = Bulkhead.of("resilience4j", config)
    bulkhead.acquirePermission()
    cancelledWaiter({ bulkhead.executeSuspendFunction {} }, bulkhead::onComplete)
    return bulkhead.metrics.availableConcurrentCalls == 1
  }
}

/** A clock that stands still unless it is moved. */
private class WallClock : Clock() {
  private var now = Instant.EPOCH

  override fun instant(): Instant = now

  override fun getZone(): ZoneId = ZoneOffset.UTC

  override fun withZone(zone: ZoneId): Clock = this

  fun advance(by: Duration) {
    now += by
  }
}

private class Resilience4jGuard(private val breaker: CircuitBreaker, private val clock: WallClock) :
  Guard {
  override fun state() = State.valueOf(breaker.state.name)

  override fun begin(): Ticket? =
    if (!breaker.tryAcquirePermission()) null
    else
      Ticket(
        { breaker.onSuccess(0, TimeUnit.NANOSECONDS) },
        { breaker.onError(0, TimeUnit.NANOSECONDS, ModelDown()) },
      )

  override fun call(block: () -> String): String = breaker.executeCallable(block)

  override suspend fun callSuspending(block: suspend () -> String) =
    breaker.executeSuspendFunction(block)

  override fun callLater(source: CompletableFuture<String>): CompletableFuture<String> =
    breaker.executeCompletionStage { source }.toCompletableFuture()

  override fun release(times: Int) {
    breaker.acquirePermission()
    repeat(times) { breaker.releasePermission() }
  }

  override fun waitLong() = clock.advance(Duration.ofHours(1))
}
