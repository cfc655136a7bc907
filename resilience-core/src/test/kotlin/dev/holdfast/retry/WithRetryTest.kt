@file:OptIn(ExperimentalCoroutinesApi::class)

package dev.holdfast.retry

import dev.holdfast.coroutines.retryIfResultIs
import dev.holdfast.coroutines.withDeadline
import dev.holdfast.coroutines.withRetry
import dev.holdfast.outcome.DeadlineExceededException
import dev.holdfast.testing.SchedulerTime
import dev.holdfast.testkit.ManualTime
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import java.io.IOException
import java.time.Duration
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.delay
import kotlinx.coroutines.job
import kotlinx.coroutines.launch
import kotlinx.coroutines.test.TestScope
import kotlinx.coroutines.test.currentTime
import kotlinx.coroutines.test.runCurrent
import kotlinx.coroutines.test.runTest
import kotlinx.coroutines.withTimeout

private fun TestScope.time() = SchedulerTime(testScheduler)

private suspend fun cancelMyself() = currentCoroutineContext().job.cancel()

private suspend fun Retry.foundNothing(): String {
  withRetry {
    return "left"
  }
}

class WithRetryTest :
  FunSpec({
    test("the block is told the number of the attempt") {
      runTest {
        val numbers = mutableListOf<Int>()

        retrying(time(), 3).withRetry { attempt ->
          numbers += attempt
          if (attempt < 3) throw IOException()
        }

        numbers shouldBe listOf(1, 2, 3)
        currentTime shouldBe 2000
      }
    }

    test("a timeout inside the block is retried once, as one that may have been billed") {
      runTest {
        var attempts = 0

        shouldThrow<CancellationException> {
          Retry.builder().time(time()).maxAttempts(9).build().withRetry {
            attempts++
            withTimeout(1.seconds) { awaitCancellation() }
          }
        }

        attempts shouldBe 2
      }
    }

    test("a non-local return is a success of a probe") {
      runTest {
        val time = ManualTime()
        val breaker = halfOpenBreaker(time)
        val retry = retrying(time, 3) { circuitBreaker(breaker, BreakerCounts.ATTEMPTS) }

        retry.foundNothing() shouldBe "left"

        breaker.isOpen shouldBe false
        breaker.hasFreePlace() shouldBe false
      }
    }

    test("a result of another type is none that the typed predicate retries") {
      runTest {
        val answers = ArrayDeque(listOf<Any?>("", "", null))
        val retry = retrying(time(), 9) { retryIfResultIs<String> { it.isEmpty() } }

        retry.withRetry { answers.removeFirst() } shouldBe null

        answers.size shouldBe 0
      }
    }

    BreakerCounts.entries.forEach { counts ->
      listOf(Duration.ZERO, Duration.ofSeconds(1)).forEach { wait ->
        suspend fun TestScope.abandon(block: suspend () -> Unit): Int {
          val time = ManualTime()
          val breaker = halfOpenBreaker(time)
          val retry =
            retrying(time, 5) {
              circuitBreaker(breaker, counts)
              backoff(Backoff.fixed(wait))
            }
          var attempts = 0
          val caller = launch {
            runCatching {
              retry.withRetry {
                attempts++
                block()
              }
            }
          }
          runCurrent()
          caller.cancel()
          caller.join()
          breaker.hasFreePlace() shouldBe true
          return attempts
        }

        test("cancelled in an attempt, before a wait of $wait; counting $counts") {
          runTest { abandon { awaitCancellation() } shouldBe 1 }
        }

        test("cancelled at the end of an attempt, whatever it throws; $wait; counting $counts") {
          runTest {
            abandon {
              cancelMyself()
              throw IOException()
            } shouldBe 1
          }
        }
      }
    }

    test("cancelled in the wait, with one permit for all attempts") {
      runTest {
        val breakerTime = ManualTime()
        val breaker = halfOpenBreaker(breakerTime)
        val retry = retrying(time(), 5) { circuitBreaker(breaker, BreakerCounts.CALLS) }
        var attempts = 0
        val caller = launch {
          retry.withRetry {
            attempts++
            throw IOException()
          }
        }
        delay(500.milliseconds)

        caller.cancel()
        caller.join()

        attempts shouldBe 1
        currentTime shouldBe 500
        breaker.hasFreePlace() shouldBe true
      }
    }

    test("cancelled between a bad result and a wait of no length") {
      runTest {
        var attempts = 0
        val retry =
          retrying(time(), 5) {
            backoff(Backoff.fixed(Duration.ZERO))
            retryIfResult { true }
          }

        val caller = launch {
          retry.withRetry {
            attempts++
            cancelMyself()
          }
        }
        caller.join()

        attempts shouldBe 1
        caller.isCancelled shouldBe true
      }
    }

    test("the deadline around it is not overslept, and the last failure comes out") {
      runTest {
        val time = time()
        var attempts = 0

        shouldThrow<IOException> {
          withDeadline(1500.milliseconds, time) {
            retrying(time, 9).withRetry {
              attempts++
              throw IOException()
            }
          }
        }

        attempts shouldBe 2
        currentTime shouldBe 1000
      }
    }

    test("a deadline on another clock holds too") {
      runTest {
        var attempts = 0

        shouldThrow<IOException> {
          withDeadline(1500.milliseconds, time()) {
            retrying(ManualTime(), 2) { backoff(Backoff.fixed(Duration.ofMillis(1500))) }
              .withRetry {
                attempts++
                throw IOException()
              }
          }
        }

        attempts shouldBe 1
      }
    }

    test("an attempt that overruns the deadline is cancelled and not made again") {
      runTest {
        var attempts = 0

        shouldThrow<DeadlineExceededException> {
          withDeadline(1500.milliseconds, time()) {
            retrying(time(), 9) { retryIf { true } }
              .withRetry {
                attempts++
                delay(2.seconds)
                throw IOException()
              }
          }
        }

        attempts shouldBe 1
        currentTime shouldBe 1500
      }
    }
  })
