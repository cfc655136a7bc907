package dev.holdfast.breaker

import dev.holdfast.breaker.CircuitBreaker.State.CLOSED
import dev.holdfast.breaker.CircuitBreaker.State.OPEN
import dev.holdfast.testing.SteppingTime
import dev.holdfast.testing.Threads
import dev.holdfast.testing.fail
import dev.holdfast.testing.recordTransitions
import dev.holdfast.testing.testBreaker
import dev.holdfast.testkit.ManualTime
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.shouldBe
import java.time.Duration

class ResetTest :
  FunSpec({
    val threads = autoClose(Threads())
    val fiveSeconds = Duration.ofSeconds(5)

    fun windowBreaker(size: Int) =
      CircuitBreaker.of(
        "sonnet",
        CircuitBreakerConfig.builder()
          .failureRateThreshold(1.0)
          .slidingWindow(size)
          .minimumCalls(size)
          .build(),
        ManualTime(),
      )

    test("in CLOSED it forgets what was counted, and is no transition") {
      val breaker = testBreaker()
      val transitions = breaker.recordTransitions()
      breaker.fail(2)

      breaker.reset()

      breaker.failures() shouldBe 0
      transitions.shouldBeEmpty()
      breaker.fail(2)
      breaker.state() shouldBe CLOSED
    }

    test("in CLOSED the calls under way count on, from zero") {
      val breaker = testBreaker()
      breaker.fail(2)
      val underWay = List(3) { breaker.acquire() }

      breaker.reset()
      underWay.take(2).forEach { it.failure() }
      breaker.failures() shouldBe 2
      underWay.last().failure()

      breaker.state() shouldBe OPEN
      breaker.snapshot().staleResults shouldBe 0
    }

    test("calls that were under way hang no more, but what comes of them counts") {
      val time = ManualTime()
      val breaker = testBreaker(time) { hangingCallsThreshold(2, fiveSeconds) }
      val hanging = List(3) { breaker.acquire() }
      time.advance(fiveSeconds)

      breaker.reset()
      breaker.acquire().success()
      time.advance(fiveSeconds)
      breaker.acquire().success()
      breaker.state() shouldBe CLOSED
      hanging.forEach { it.failure() }

      breaker.state() shouldBe OPEN
    }

    test("calls that hang after it open the breaker as ever") {
      val time = ManualTime()
      val breaker = testBreaker(time) { hangingCallsThreshold(2, fiveSeconds) }
      breaker.reset()
      repeat(2) { breaker.acquire() }

      time.advance(fiveSeconds)

      breaker.tryAcquire() shouldBe null
    }

    test(
      "in the instant of an opening it forgets the reason, and the last failure counts after it"
    ) {
      val meanwhile = ArrayDeque<() -> Unit>()
      val breaker =
        testBreaker(SteppingTime { 0L.also { meanwhile.removeFirstOrNull()?.invoke() } }) {
          failureThreshold(2)
        }
      val told = mutableListOf<ThresholdExceeded>()
      breaker.onThresholdExceeded { told += it }
      breaker.fail(1)

      val last = breaker.acquire()
      meanwhile += { breaker.reset() }
      last.failure()

      breaker.snapshot().state shouldBe CLOSED
      breaker.failures() shouldBe 1
      told.shouldBeEmpty()
    }

    test("in the instant in which one failure opens, that failure opens after it") {
      val meanwhile = ArrayDeque<() -> Unit>()
      val breaker =
        testBreaker(SteppingTime { 0L.also { meanwhile.removeFirstOrNull()?.invoke() } }) {
          failureThreshold(1)
        }
      val told = mutableListOf<ThresholdExceeded>()
      breaker.onThresholdExceeded { told += it }

      val last = breaker.acquire()
      meanwhile += { breaker.reset() }
      last.failure()

      breaker.snapshot().state shouldBe OPEN
      breaker.snapshot().generation shouldBe 1
      told shouldHaveSize 1
    }

    test("in the instant of an opening by hanging calls, the next call is admitted and watched") {
      val meanwhile = ArrayDeque<() -> Unit>()
      var now = 0L
      val breaker =
        testBreaker(SteppingTime { now.also { meanwhile.removeFirstOrNull()?.invoke() } }) {
          hangingCallsThreshold(1, fiveSeconds)
        }
      breaker.acquire()
      now = fiveSeconds.toNanos()
      // The reading that the call begins with, and the one of the opening.
      meanwhile += listOf({}, { breaker.reset() })
      breaker.acquire()
      breaker.snapshot().state shouldBe CLOSED

      now += fiveSeconds.toNanos()

      breaker.tryAcquire() shouldBe null
    }

    test("a window that is reset while calls fail still holds no more than its size") {
      val size = 32
      val breaker = windowBreaker(size)
      repeat(300) {
        threads.race { number ->
          repeat(50) {
            if (number == 0) breaker.reset()
            else {
              breaker.acquire().success()
              breaker.acquire().failure()
            }
          }
        }

        repeat(size) { breaker.acquire().success() }
        breaker.failures() shouldBe 0
      }
    }
  })
