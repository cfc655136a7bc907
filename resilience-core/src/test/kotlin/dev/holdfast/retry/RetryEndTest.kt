package dev.holdfast.retry

import dev.holdfast.breaker.CircuitBreaker
import dev.holdfast.breaker.CircuitBreaker.State.CLOSED
import dev.holdfast.breaker.CircuitBreaker.State.HALF_OPEN
import dev.holdfast.outcome.Classifier
import dev.holdfast.outcome.Failure
import dev.holdfast.outcome.FailureClass
import dev.holdfast.testing.testBreaker
import dev.holdfast.testing.tripAndWait
import dev.holdfast.testkit.ManualTime
import dev.holdfast.time.Deadline
import dev.holdfast.time.Time
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.datatest.withData
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeSameInstanceAs
import java.net.ConnectException
import java.time.Duration
import java.util.concurrent.CompletableFuture
import java.util.concurrent.TimeoutException

/** What the end of a call, or of an attempt, leaves with its breaker and with its budget. */
class RetryEndTest :
  FunSpec({
    val second = Duration.ofSeconds(1)

    fun retry(
      time: Time,
      breaker: CircuitBreaker,
      counts: BreakerCounts,
      configure: Retry.Builder.() -> Unit = {},
    ): Retry =
      Retry.builder()
        .time(time)
        .backoff(Backoff.fixed(second))
        .circuitBreaker(breaker, counts)
        .apply(configure)
        .build()

    context("a deadline that is overslept ends the call with what the last attempt came to") {
      withData(BreakerCounts.entries) { counts ->
        val manual = ManualTime()
        val failures = List(4) { ConnectException("$it") }
        var attempts = 0
        val sleepy =
          object : Time by manual {
            override fun sleep(duration: Duration) =
              manual.advance(if (attempts == 2) Duration.ofMinutes(1) else duration)
          }
        val breaker = testBreaker(manual) { failureThreshold(9) }
        val retry = retry(sleepy, breaker, counts) { maxAttempts(4) }

        val thrown =
          shouldThrow<ConnectException> {
            retry.call<Unit, Exception>(
              { throw failures[attempts++] },
              Deadline.after(Duration.ofSeconds(10), manual.nanoTime()),
            )
          }

        thrown shouldBeSameInstanceAs failures[1]
        thrown.suppressed.toList() shouldBe listOf(failures[0])
        attempts shouldBe 2
        breaker.failures() shouldBe if (counts == BreakerCounts.CALLS) 1 else 2
      }
    }

    test("a probe that is a whole call keeps its place through its retries") {
      val time = ManualTime()
      val breaker = testBreaker(time)
      breaker.tripAndWait(time)
      val answers = ArrayDeque(listOf("bad", "ok"))
      val retry = retry(time, breaker, BreakerCounts.CALLS) { retryIfResult { it == "bad" } }

      val answer =
        retry.call<String, Exception> {
          breaker.state() shouldBe HALF_OPEN
          answers.removeFirst()
        }

      answer shouldBe "ok"
      breaker.state() shouldBe CLOSED
      breaker.snapshot().staleResults() shouldBe 0
    }

    context("a probe whose failure does not speak of the model frees its place") {
      withData(BreakerCounts.entries) { counts ->
        val time = ManualTime()
        val breaker = testBreaker(time)
        breaker.tripAndWait(time)
        val oneAttempt =
          retry(time, breaker, counts) {
            maxAttempts(1)
            classifier(Classifier<Any?> { Failure.of(FailureClass.RATE_LIMITED, it) })
          }

        shouldThrow<ConnectException> {
          oneAttempt.call<Unit, Exception> { throw ConnectException() }
        }

        breaker.state() shouldBe HALF_OPEN
        breaker.tryAcquire().shouldNotBeNull()
      }
    }

    context("the breaker's own settings say which exceptions it counts") {
      withData(BreakerCounts.entries) { counts ->
        val time = ManualTime()
        val breaker = testBreaker(time) { countsAsFailure { it !is ConnectException } }

        shouldThrow<ConnectException> {
          retry(time, breaker, counts).call<Unit, Exception> { throw ConnectException() }
        }

        breaker.failures() shouldBe 0
      }
    }

    context("each call earns once, whatever it comes to") {
      withData<Pair<String, (Retry) -> Unit>>(
        { it.first },
        "a success" to { it.call<String, Exception> { "ok" } },
        "a bad result" to { it.call<String, Exception> { "bad" } },
        "an exception" to
          { retry ->
            shouldThrow<ConnectException> {
              retry.call<Unit, Exception> { throw ConnectException() }
            }
          },
        "a timeout from outside" to
          {
            it.callAsync { CompletableFuture<String>() }.completeExceptionally(TimeoutException())
          },
      ) { (_, call) ->
        val time = ManualTime()
        val config = RetryBudgetConfig.builder().fraction(0.5).minPerSecond(0).build()
        val budget = RetryBudget.of(config, time)
        val retry =
          Retry.builder()
            .time(time)
            .maxAttempts(1)
            .budget(budget)
            .retryIfResult { it == "bad" }
            .build()

        call(retry)
        budget.available() shouldBe 0
        call(retry)

        budget.available() shouldBe 1
      }
    }
  })
