package dev.holdfast.benchmarks.peers

import dev.failsafe.CircuitBreaker
import dev.failsafe.Failsafe
import dev.failsafe.FailsafeException
import dev.failsafe.RetryPolicy
import dev.failsafe.function.CheckedRunnable
import java.time.Duration
import java.util.concurrent.CompletableFuture
import java.util.concurrent.CountDownLatch
import java.util.concurrent.TimeUnit

private val WAIT = Duration.ofMillis(8)

/** Failsafe has no clock to move, so its wait in OPEN is a short one that really passes. */
internal object FailsafeLibrary : Library {
  override val title = "Failsafe 3.3.2"

  override fun guard(probes: Int, counts: ((Throwable) -> Boolean)?): Guard {
    val config =
      CircuitBreaker.builder<String>()
        .withFailureThreshold(Guard.FAILURES)
        .withSuccessThreshold(probes)
        .withDelay(WAIT)
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

  /** The call is made on another thread; what is done to the future must find it under way. */
  override fun callLater(source: CompletableFuture<String>): CompletableFuture<String> {
    val made = CountDownLatch(1)
    val answer =
      Failsafe.with(breaker).getStageAsync<String> { -> source.also { made.countDown() } }
    made.await(1, TimeUnit.SECONDS)
    Thread.sleep(5)
    return answer
  }

  override fun release(times: Int) = throw Missing("no such method")

  override fun waitLong() = Thread.sleep(WAIT.toMillis() + 1)
}
