package dev.holdfast

import dev.holdfast.breaker.CircuitBreakerConfig
import dev.holdfast.coroutines.callSuspend
import dev.holdfast.model.Model
import dev.holdfast.outcome.Classifier
import dev.holdfast.outcome.Failure
import dev.holdfast.outcome.FailureClass.SERVER_ERROR
import dev.holdfast.retry.Backoff
import dev.holdfast.retry.Retry
import dev.holdfast.testing.Heap
import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.ints.shouldBeLessThanOrEqual
import io.kotest.matchers.longs.shouldBeInRange
import io.kotest.matchers.shouldBe
import java.lang.management.ManagementFactory
import java.time.Duration
import java.util.concurrent.CompletableFuture
import java.util.concurrent.atomic.AtomicInteger
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Job
import kotlinx.coroutines.delay
import kotlinx.coroutines.joinAll
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.yield

private const val CALLS = 10_000

/** What a call may hold while it waits, in bytes; a stack trace of what it threw is not ours. */
private val SMALL = 100L..2048L

private val LONG = Duration.ofHours(1)

/** What calls hold that wait to try again: a little memory and no thread. The timers are real. */
class WaitingAllocationTest :
  FunSpec({
    test("each of 10,000 futures that wait holds less than 2 KiB, its timer included, no thread") {
      val resilience = patient()
      val failed = CompletableFuture.failedFuture<String>(Down(1))
      // What only the first call makes is no cost of those that follow.
      val waiting = mutableListOf(resilience.callAsync { failed })
      val threads = threads()

      val held = Heap.heldBy { repeat(CALLS) { waiting += resilience.callAsync { failed } } }

      waiting.none { it.isDone } shouldBe true
      threads() shouldBeLessThanOrEqual threads
      withClue(held) { held.bytes / CALLS shouldBeInRange SMALL }
      waiting.forEach { it.cancel(true) }
    }

    test("each of 10,000 coroutines that wait holds less than 2 KiB beyond its own, no thread") {
      val resilience = patient()
      runBlocking {
        val bare = mutableListOf<Job>()
        val own = Heap.heldBy { bare += coroutines { delay(LONG.toMillis()) } }
        val asked = AtomicInteger()
        val waiting = mutableListOf<Job>()
        val threads = threads()

        val held =
          Heap.heldBy {
            waiting += coroutines {
              resilience.callSuspend<Unit> {
                asked.incrementAndGet()
                throw Down(1)
              }
            }
          }

        asked.get() shouldBe CALLS
        waiting.all { it.isActive } shouldBe true
        threads() shouldBeLessThanOrEqual threads
        withClue(held) { (held.bytes - own.bytes) / CALLS shouldBeInRange SMALL }
        (bare + waiting).onEach { it.cancel() }.joinAll()
      }
    }
  })

/** A model that always fails gets another try an hour later. */
private fun patient(): Resilience =
  Resilience.builder()
    .model(
      Model.named("a")
        .circuitBreaker(CircuitBreakerConfig.builder().failureThreshold(10 * CALLS).build())
        .build()
    )
    .model(Model.of("b"))
    .retry(Retry.builder().backoff(Backoff.fixed(LONG)).maxWait(LONG).build())
    .deadline(LONG.multipliedBy(10))
    .classifier(Downs)
    .build()

/** So many coroutines, each of which has come to its wait. */
private suspend fun CoroutineScope.coroutines(wait: suspend () -> Unit) =
  List(CALLS) { launch { wait() } }.also { yield() }

private fun threads(): Int = ManagementFactory.getThreadMXBean().threadCount

/** Without a stack trace, and with no constructor by which coroutines that debug could copy it. */
private class Down(number: Int) : Exception("down $number", null, false, false)

private object Downs : Classifier<Any?> {
  override fun ofException(thrown: Throwable): Failure = Failure.of(SERVER_ERROR, thrown)
}
