package dev.holdfast.retry

import dev.holdfast.breaker.CircuitBreaker
import dev.holdfast.breaker.CircuitBreakerConfig
import dev.holdfast.testing.testBreaker
import dev.holdfast.testkit.ManualTime
import dev.holdfast.time.Time
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.throwable.shouldHaveMessage
import io.kotest.matchers.types.shouldBeInstanceOf
import io.kotest.matchers.types.shouldBeSameInstanceAs
import java.io.IOException
import java.time.Duration
import java.util.concurrent.CancellationException
import java.util.concurrent.CompletableFuture
import java.util.concurrent.TimeoutException
import java.util.concurrent.atomic.AtomicReference

/** A breaker whose one probe is the next call. */
fun halfOpenBreaker(time: ManualTime): CircuitBreaker {
  val config = CircuitBreakerConfig.builder().failureThreshold(1).build()
  val breaker = CircuitBreaker.of("sonnet", config, time)
  breaker.acquire().failure()
  time.advance(config.waitDurationInOpenState())
  return breaker
}

/** Whether the one place in HALF_OPEN is free, as it is after no opinion. */
fun CircuitBreaker.hasFreePlace(): Boolean =
  state() == CircuitBreaker.State.HALF_OPEN && tryAcquire() != null

class RetryCancellationTest :
  FunSpec({
    BreakerCounts.entries.forEach { counts ->
      fun guarded(time: ManualTime, breaker: CircuitBreaker, clock: Time = time) =
        retrying(clock, 5) {
          circuitBreaker(breaker, counts)
          retryIfResult { it == "bad" }
        }

      test("an interrupt in an attempt ends the call and stays set; counting $counts") {
        val time = ManualTime()
        val breaker = halfOpenBreaker(time)
        val thrown = IOException()
        var attempts = 0

        val result = runCatching {
          guarded(time, breaker).call<String, IOException> {
            attempts++
            Thread.currentThread().interrupt()
            throw thrown
          }
        }

        Thread.interrupted() shouldBe true
        result.exceptionOrNull() shouldBeSameInstanceAs thrown
        attempts shouldBe 1
        breaker.hasFreePlace() shouldBe true
      }

      test("an InterruptedException of the call is passed on; counting $counts") {
        val time = ManualTime()
        val breaker = halfOpenBreaker(time)

        shouldThrow<InterruptedException> {
          guarded(time, breaker).call<String, Exception> { throw InterruptedException() }
        }

        breaker.hasFreePlace() shouldBe true
      }

      test("a future cancelled in an attempt cancels its stage; counting $counts") {
        val time = ManualTime()
        val breaker = halfOpenBreaker(time)
        val stage = CompletableFuture<String>()
        val promise = guarded(time, breaker).callAsync { stage }

        promise.cancel(true)

        stage.isCancelled shouldBe true
        breaker.hasFreePlace() shouldBe true
      }

      test("a future that times out in an attempt has failed; counting $counts") {
        val time = ManualTime()
        val breaker = halfOpenBreaker(time)
        val stage = CompletableFuture<String>()
        val promise = guarded(time, breaker).callAsync { stage }

        promise.completeExceptionally(TimeoutException())

        stage.isCancelled shouldBe true
        breaker.isOpen shouldBe true
      }

      test("a call that returns no stage is a mistake, and no opinion; counting $counts") {
        val time = ManualTime()
        val breaker = halfOpenBreaker(time)

        val promise =
          guarded(time, breaker).callAsync { AtomicReference<CompletableFuture<String>>().get() }

        promise
          .outcome()
          .exceptionOrNull()
          .shouldBeInstanceOf<NullPointerException>() shouldHaveMessage "the call returned no stage"
        breaker.hasFreePlace() shouldBe true
      }
    }

    fun spanning(time: ManualTime, breaker: CircuitBreaker, clock: Time = time) =
      retrying(clock, 5) { circuitBreaker(breaker, BreakerCounts.CALLS) }

    test("an interrupt in a wait ends the call, stays set and tells the last failure") {
      val time = ManualTime()
      val breaker = halfOpenBreaker(time)
      val thrown = IOException()
      val interrupting =
        object : Time by time {
          override fun sleep(duration: Duration): Unit = throw InterruptedException()
        }

      val cancelled =
        shouldThrow<CancellationException> {
          spanning(time, breaker, interrupting).call<String, IOException> { throw thrown }
        }

      Thread.interrupted() shouldBe true
      cancelled.suppressed.toList() shouldBe listOf(thrown)
      cancelled.cause.shouldBeInstanceOf<InterruptedException>()
      breaker.hasFreePlace() shouldBe true
    }

    test("an interrupted thread does not wait for better than a bad result") {
      val time = ManualTime()
      val retry = retrying(time, 5) { retryIfResult { it == "bad" } }

      val result =
        retry.call<String, RuntimeException> { "bad".also { Thread.currentThread().interrupt() } }

      Thread.interrupted() shouldBe true
      result shouldBe "bad"
      time.elapsed() shouldBe Duration.ZERO
    }

    test("an interrupt between an attempt and its wait ends the call") {
      val time = ManualTime()
      val breaker = halfOpenBreaker(time)
      val thrown = IOException()
      val retry =
        spanning(time, breaker)
          .toBuilder()
          .backoff { _, _ -> Duration.ZERO.also { Thread.currentThread().interrupt() } }
          .build()

      val result = runCatching { retry.call<String, IOException> { throw thrown } }

      Thread.interrupted() shouldBe true
      result.exceptionOrNull() shouldBeSameInstanceAs thrown
      breaker.hasFreePlace() shouldBe true
    }

    test("a future cancelled in a wait makes no attempt more and leaves no timer") {
      val time = ManualTime()
      val breaker = halfOpenBreaker(time)
      var attempts = 0
      val promise =
        spanning(time, breaker).callAsync<String> {
          attempts++
          CompletableFuture.failedFuture(IOException())
        }
      time.scheduled() shouldBe 1

      promise.cancel(true)

      time.scheduled() shouldBe 0
      time.advance(Duration.ofHours(1))
      attempts shouldBe 1
      breaker.hasFreePlace() shouldBe true
    }

    test("a future cancelled while its second attempt is being made cancels that one's stage") {
      val time = ManualTime()
      val stages = List(2) { CompletableFuture<String>() }
      lateinit var promise: CompletableFuture<String>
      var attempts = 0
      promise =
        retrying(time, 5).callAsync {
          if (attempts == 1) promise.cancel(true)
          stages[attempts++]
        }

      stages[0].completeExceptionally(IOException())
      time.advance(Duration.ofSeconds(1))

      stages[1].isCancelled shouldBe true
      promise.isCancelled shouldBe true
      time.scheduled() shouldBe 0
    }

    mapOf<String, CompletableFuture<String>.() -> Unit>(
        "times out" to { completeExceptionally(TimeoutException()) },
        "is cancelled" to { cancel(true) },
        "is completed by its caller" to { complete("elsewhere") },
      )
      .forEach { (ending, end) ->
        BreakerCounts.entries.forEach { counts ->
          test(
            "a future that $ending while an attempt is made tells what it tells later; $counts"
          ) {
            val time = ManualTime()
            val breaker = testBreaker(time) { failureThreshold(2) }
            val late = CompletableFuture<String>()
            var attempts = 0
            lateinit var promise: CompletableFuture<String>
            promise =
              retrying(time, 5) { circuitBreaker(breaker, counts) }
                .callAsync {
                  if (attempts++ == 1) promise.end()
                  if (attempts == 1) CompletableFuture.failedFuture(IOException()) else late
                }

            time.advance(Duration.ofSeconds(1))

            attempts shouldBe 2
            late.isCancelled shouldBe true
            val told = (if (counts == BreakerCounts.ATTEMPTS) 1 else 0)
            val failed = if (ending == "times out") 1 else 0
            if (told + failed == 2) breaker.isOpen shouldBe true
            else breaker.failures() shouldBe told + failed
          }
        }
      }

    test("a future cancelled by its own backoff does not wait") {
      val time = ManualTime()
      val stage = CompletableFuture<String>()
      lateinit var promise: CompletableFuture<String>
      val retry =
        retrying(time, 5) {
          backoff { _, _ -> Duration.ofSeconds(1).also { promise.cancel(true) } }
        }
      promise = retry.callAsync { stage }

      stage.completeExceptionally(IOException())

      promise.isCancelled shouldBe true
      time.scheduled() shouldBe 0
    }

    test("a stage that ends after the cancellation is not listened to") {
      val time = ManualTime()
      val deaf =
        object : CompletableFuture<String>() {
          override fun cancel(mayInterruptIfRunning: Boolean): Boolean = false
        }
      val budget = RetryBudget.of(RetryBudgetConfig.defaults(), time)
      val promise = retrying(time, 5) { budget(budget) }.callAsync { deaf }
      promise.cancel(true)

      deaf.completeExceptionally(IOException())

      time.scheduled() shouldBe 0
      budget.available() shouldBe 3
    }

    test("a clock that takes no task more ends the future, and never leaves it hanging") {
      val time = ManualTime()
      val breaker = halfOpenBreaker(time)
      val shutDown =
        object : Time by time {
          override fun schedule(delay: Duration, task: Runnable) = error("shut down")
        }

      val promise =
        spanning(time, breaker, shutDown).callAsync<String> {
          CompletableFuture.failedFuture(IOException())
        }

      promise.outcome().exceptionOrNull().shouldNotBeNull() shouldHaveMessage "shut down"
      breaker.hasFreePlace() shouldBe true
    }
  })
