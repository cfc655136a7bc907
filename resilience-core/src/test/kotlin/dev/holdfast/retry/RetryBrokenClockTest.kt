package dev.holdfast.retry

import dev.holdfast.breaker.CircuitBreaker.State.HALF_OPEN
import dev.holdfast.coroutines.withDeadline
import dev.holdfast.coroutines.withRetry
import dev.holdfast.testing.BreakableTime
import dev.holdfast.testing.failure
import dev.holdfast.testing.testBreaker
import dev.holdfast.testing.trip
import dev.holdfast.testing.tripAndWait
import dev.holdfast.testkit.ManualTime
import dev.holdfast.time.Deadline
import io.kotest.core.spec.style.FunSpec
import io.kotest.datatest.withData
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeSameInstanceAs
import java.net.ConnectException
import java.time.Duration
import java.util.concurrent.CompletableFuture
import kotlinx.coroutines.runBlocking

private val broken = IllegalStateException("broken")
private val minute = Duration.ofMinutes(1)

class RetryBrokenClockTest :
  FunSpec({
    test("a clock that throws before the first attempt fails the future, and no attempt is made") {
      val time = BreakableTime(broken)
      val deadline = Deadline.after(minute, time)
      val breaker = testBreaker(time).apply { trip() }
      val retries =
        listOf(
          Retry.builder().time(time).build(),
          Retry.builder().circuitBreaker(breaker, BreakerCounts.ATTEMPTS).build(),
        )
      time.isBroken = true
      var attempts = 0

      retries.forEach { retry ->
        val answer =
          retry.callAsync(
            {
              attempts++
              CompletableFuture.completedFuture("answer")
            },
            deadline,
          )

        answer.failure() shouldBeSameInstanceAs broken
      }

      attempts shouldBe 0
    }

    context(
      "a clock that throws after an attempt ends the call, and gives back its probe's place"
    ) {
      withData<(Retry, BreakableTime) -> Unit>(
        mapOf(
          "of a future that has failed" to
            { retry, time ->
              val answer =
                retry.callAsync(
                  {
                    time.isBroken = true
                    CompletableFuture.failedFuture<String>(ConnectException())
                  },
                  Deadline.after(minute, time),
                )
              answer.failure() shouldBeSameInstanceAs broken
            },
          "of a future with a bad answer" to
            { retry, time ->
              val answer =
                retry.callAsync(
                  {
                    time.isBroken = true
                    CompletableFuture.completedFuture("bad")
                  },
                  Deadline.after(minute, time),
                )
              answer.failure() shouldBeSameInstanceAs broken
            },
          "of a future in its wait" to
            { retry, time ->
              val answer =
                retry.callAsync(
                  { CompletableFuture.completedFuture("bad") },
                  Deadline.after(minute, time),
                )
              time.isBroken = true
              time.manual.advance(Duration.ofSeconds(30))
              answer.failure() shouldBeSameInstanceAs broken
            },
          "of a blocking call" to
            { retry, time ->
              runCatching {
                  retry.call<String, Exception>(
                    {
                      time.isBroken = true
                      "bad"
                    },
                    Deadline.after(minute, time),
                  )
                }
                .exceptionOrNull() shouldBeSameInstanceAs broken
            },
          "of a suspending call" to
            { retry, time ->
              runCatching {
                runBlocking {
                  withDeadline(Deadline.after(minute, time), time) {
                    retry.withRetry {
                      time.isBroken = true
                      "bad"
                    }
                  }
                }
              }
            },
        )
      ) { call ->
        val time = BreakableTime(broken)
        val manual = ManualTime()
        val breaker = testBreaker(manual)
        breaker.tripAndWait(manual)
        val retry =
          Retry.builder()
            .circuitBreaker(breaker, BreakerCounts.CALLS)
            .retryIfResult { true }
            .time(time)
            .build()

        call(retry, time)

        breaker.state() shouldBe HALF_OPEN
        breaker.retryAfter() shouldBe Duration.ZERO
      }
    }

    test("the breaker's clock that throws when the caller gives up leaves no attempt running") {
      val time = BreakableTime(broken)
      val breaker = testBreaker(time) { failureThreshold(1) }
      val retry = Retry.builder().circuitBreaker(breaker, BreakerCounts.ATTEMPTS).build()
      val attempt = CompletableFuture<String>()
      val answer = retry.callAsync { attempt }
      time.isBroken = true

      answer.completeExceptionally(ConnectException())

      attempt.isCancelled shouldBe true
    }
  })
