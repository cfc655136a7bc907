package dev.holdfast.breaker

import dev.holdfast.breaker.CircuitBreaker.State.HALF_OPEN
import dev.holdfast.coroutines.withBreaker
import dev.holdfast.testing.BreakableTime
import dev.holdfast.testing.failure
import dev.holdfast.testing.testBreaker
import dev.holdfast.testing.trip
import dev.holdfast.testing.tripAndWait
import io.kotest.core.spec.style.FunSpec
import io.kotest.datatest.withData
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeSameInstanceAs
import java.io.IOException
import java.time.Duration
import java.util.concurrent.CompletableFuture
import kotlinx.coroutines.runBlocking

private val broken = IllegalStateException("broken")

class BrokenClockTest :
  FunSpec({
    val down = IOException("down")

    context("a clock that throws when a call is admitted fails its future") {
      withData<(BreakableTime) -> CircuitBreaker>(
        mapOf(
          "of a closed breaker that times calls" to
            { time ->
              testBreaker(time) { slowCallRateThreshold(0.5, Duration.ofSeconds(1)) }
            },
          "of an open one" to { time -> testBreaker(time).apply { trip() } },
          "of one that is open no longer" to
            { time ->
              testBreaker(time).apply { tripAndWait(time.manual) }
            },
        )
      ) { make ->
        val time = BreakableTime(broken)
        val breaker = make(time)
        time.isBroken = true
        var made = false

        val answer =
          breaker.callAsync {
            made = true
            CompletableFuture.completedFuture("answer")
          }

        answer.failure() shouldBeSameInstanceAs broken
        made shouldBe false
      }
    }

    test("a clock that throws when a registry makes a breaker fails the future") {
      val time = BreakableTime(broken)
      time.isBroken = true
      val breakers = CircuitBreakers.builder().time(time).build()

      breakers
        .callAsync("sonnet") { CompletableFuture.completedFuture("answer") }
        .failure() shouldBeSameInstanceAs broken
      breakers.all().isEmpty() shouldBe true
    }

    context("a clock that throws when a failed call is reported leaves its caller the failure") {
      withData<(CircuitBreaker, () -> String) -> Throwable?>(
        mapOf(
          "of a blocking call" to
            { breaker, call ->
              runCatching { breaker.call<String, Exception>(call) }.exceptionOrNull()
            },
          "of a supplier of a future" to
            { breaker, call ->
              breaker.callAsync { CompletableFuture.completedFuture(call()) }.failure()
            },
          "of a suspending call" to
            { breaker, call ->
              runCatching { runBlocking { breaker.withBreaker(call) } }.exceptionOrNull()
            },
        )
      ) { call ->
        listOf<CircuitBreakerConfigBuilder.() -> Unit>(
            { failureThreshold(1) },
            { slowCallRateThreshold(0.5, Duration.ofSeconds(1)) },
            { failureThreshold(3) },
          )
          .forEachIndexed { index, rule ->
            val time = BreakableTime(broken)
            val breaker = testBreaker(time, rule)
            if (index == 2) breaker.tripAndWait(time.manual)
            val down = IOException("down")

            val thrown =
              call(breaker) {
                time.isBroken = true
                throw down
              }

            thrown shouldBeSameInstanceAs down
            down.suppressed.toList() shouldBe listOf(broken)
          }
      }
    }

    test("a clock that throws when a call has succeeded already leaves its caller the answer") {
      val time = BreakableTime(broken)
      val breaker = testBreaker(time) { slowCallRateThreshold(0.5, Duration.ofSeconds(1)) }

      val answer =
        breaker.callAsync {
          time.isBroken = true
          CompletableFuture.completedFuture("answer")
        }

      answer.join() shouldBe "answer"
    }

    test(
      "a clock that throws when the caller gives up does not keep the call from being cancelled"
    ) {
      val time = BreakableTime(broken)
      val breaker = testBreaker(time) { failureThreshold(1) }
      val source = CompletableFuture<String>()
      val answer = breaker.callAsync { source }
      time.isBroken = true

      answer.completeExceptionally(down)

      source.isCancelled shouldBe true
    }

    context("a clock that throws when a probe is reported gives its place back") {
      withData<(CircuitBreaker, BreakableTime) -> Unit>(
        mapOf(
          "a success" to
            { breaker, time ->
              val permit = breaker.acquire()
              time.isBroken = true
              permit.success()
            },
          "a failure" to
            { breaker, time ->
              val permit = breaker.acquire()
              time.isBroken = true
              permit.failure()
            },
          "a blocking call" to
            { breaker, time ->
              breaker.call<Unit, Exception> { time.isBroken = true }
            },
          "a future" to
            { breaker, time ->
              breaker.callAsync {
                time.isBroken = true
                CompletableFuture.failedFuture<String>(down)
              }
            },
          "a suspending call" to
            { breaker, time ->
              runBlocking { breaker.withBreaker { time.isBroken = true } }
            },
        )
      ) { report ->
        val time = BreakableTime(broken)
        val breaker = testBreaker(time)
        breaker.tripAndWait(time.manual)

        runCatching { report(breaker, time) }
        time.isBroken = false

        breaker.state() shouldBe HALF_OPEN
        breaker.retryAfter() shouldBe Duration.ZERO
      }
    }
  })
