package dev.holdfast.benchmarks.peers

import dev.failsafe.CircuitBreaker
import dev.failsafe.Failsafe
import dev.failsafe.FailsafeException
import dev.failsafe.RetryPolicy
import dev.failsafe.function.CheckedRunnable
import java.time.Duration
import java.util.concurrent.CompletableFuture
import java.util.concurrent.Executor

/** Failsafe has no clock to move, so its wait in OPEN is a millisecond that really passes. */
internal object FailsafeLibrary : Library {
  override val title = "Failsafe 3.3.2"

  override fun guard(probes: Int, counts: ((Throwable) -> Boolean)?): Guard {
    val config =
      CircuitBreaker.builder<String>()
        .withFailureThreshold(Guard.FAILURES)
        .withSuccessThreshold(probes)
        .withDelay(Duration.ofMillis(1))
    counts?.let { counted ->
      config.handleIf { thrown: Throwable? -> thrown != null && counted(thrown) }
    }
    return FailsafeGuard(config.build())
  }

  override suspend fun attemptsOfCollections(): List<Int> = throw Missing("no Flow")

  override suspend fun itemsAroundFailure(): List<Int> = throw Missing("no Flow")

  override fun waitsAtCap(): List<Double> {
    val cap = Duration.ofMillis(2)
    val waits = mutableListOf<Double>()
    val retry =
      RetryPolicy.builder<String>()
        .withMaxAttempts(SAMPLES)
        .withBackoff(Duration.ofMillis(1), cap)
        .withJitter(0.5)
        .onRetryScheduled { waits += it.delay.toNanos().toDouble() / cap.toNanos() }
        .build()
    try {
      Failsafe.with(retry).run(CheckedRunnable { throw ModelDown() })
    } catch (_: FailsafeException) {
      // The last failure, after all the retries.
    }
    return waits.drop(1)
  }

  override suspend fun slotAfterCancelledWaiter(): Boolean = throw Missing("no coroutines")
}

private class FailsafeGuard(private val breaker: CircuitBreaker<String>) : Guard {
  override fun state() = State.valueOf(breaker.state.name)

  override fun begin(): Ticket? =
    if (breaker.tryAcquirePermit())
      Ticket(breaker::recordSuccess) { breaker.recordException(ModelDown()) }
    else null

  override fun call(block: () -> String): String =
    try {
      Failsafe.with(breaker).get<String>(block)
    } catch (wrapped: FailsafeException) {
      throw wrapped.cause ?: wrapped
    }

  override suspend fun callSuspending(block: suspend () -> String) = throw Missing("no coroutines")

  override fun callLater(source: CompletableFuture<String>): CompletableFuture<String> =
    Failsafe.with(breaker).with(Executor(Runnable::run)).getStageAsync<String> { -> source }

  override fun release(times: Int) = throw Missing("no such method")

  override fun waitLong() = Thread.sleep(5)
}
