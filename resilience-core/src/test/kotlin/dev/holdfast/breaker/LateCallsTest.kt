package dev.holdfast.breaker

import dev.holdfast.breaker.CircuitBreaker.State.CLOSED
import dev.holdfast.breaker.CircuitBreaker.State.HALF_OPEN
import dev.holdfast.breaker.CircuitBreaker.State.OPEN
import dev.holdfast.testing.testBreaker
import dev.holdfast.testing.trip
import dev.holdfast.testkit.ManualTime
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import java.time.Duration

class LateCallsTest :
  FunSpec({
    val fiveSeconds = Duration.ofSeconds(5)

    fun slowBreaker(time: ManualTime) =
      testBreaker(time) {
        slowCallRateThreshold(0.5, fiveSeconds)
        slidingWindow(4)
        minimumCalls(2)
      }

    test("calls that take long open the breaker although they succeed") {
      val time = ManualTime()
      val breaker = slowBreaker(time)

      repeat(2) { breaker.call<Unit, Exception> { time.advance(fiveSeconds) } }

      breaker.state() shouldBe OPEN
    }

    test("a long answer whose content came soon is not slow") {
      val time = ManualTime()
      val breaker = slowBreaker(time)

      repeat(4) {
        val permit = breaker.acquire()
        time.advance(Duration.ofSeconds(1))
        permit.contentArrived()
        time.advance(Duration.ofMinutes(1))
        permit.success()
      }

      breaker.state() shouldBe CLOSED
      breaker.snapshot().slowCallRate shouldBe 0.0
    }

    test("content that comes at once is not slow, and only the first content is measured") {
      val time = ManualTime()
      val breaker = slowBreaker(time)
      val permit = breaker.acquire()

      permit.contentArrived()
      time.advance(fiveSeconds)
      permit.contentArrived()
      permit.success()

      breaker.snapshot().calls() shouldBe 1
      breaker.snapshot().slowCallRate shouldBe 0.0
    }

    test("a window of time for slow calls alone does not mind fast ones that fail") {
      val breaker = testBreaker {
        slowCallRateThreshold(0.5, fiveSeconds)
        slidingWindow(Duration.ofSeconds(10))
        minimumCalls(1)
      }

      breaker.acquire().failure()

      breaker.state() shouldBe CLOSED
      breaker.snapshot().failureRate shouldBe 1.0
    }

    test("a call without an opinion is not slow either") {
      val time = ManualTime()
      val breaker = slowBreaker(time)

      repeat(4) { breaker.acquire().use { time.advance(Duration.ofMinutes(1)) } }

      breaker.snapshot().calls shouldBe 0
    }

    test("a slow probe has failed") {
      val time = ManualTime()
      val breaker = slowBreaker(time)
      breaker.trip()
      time.advance(Duration.ofSeconds(10))

      val probe = breaker.acquire()
      time.advance(fiveSeconds)
      probe.success()

      breaker.state() shouldBe OPEN
    }

    test("the first content decides a probe, and the end of its stream does not") {
      val time = ManualTime()
      val breaker = testBreaker(time)
      breaker.trip()
      time.advance(Duration.ofSeconds(10))
      val probe = breaker.acquire()
      breaker.state() shouldBe HALF_OPEN

      probe.contentArrived()
      breaker.state() shouldBe CLOSED
      probe.failure()

      breaker.state() shouldBe CLOSED
      breaker.snapshot().staleResults shouldBe 0
    }

    test("calls that hang open the breaker before they end") {
      val time = ManualTime()
      val breaker = testBreaker(time) { hangingCallsThreshold(3, fiveSeconds) }
      val hanging = List(3) { breaker.acquire() }

      time.advance(Duration.ofSeconds(4))
      breaker.acquire().success()
      breaker.state() shouldBe CLOSED
      time.advance(Duration.ofSeconds(1))
      breaker.tryAcquire() shouldBe null

      breaker.state() shouldBe OPEN
      hanging.forEach { it.failure() }
      breaker.snapshot().staleResults shouldBe 3
    }

    test("fewer calls than the threshold may hang as long as they like") {
      val time = ManualTime()
      val breaker = testBreaker(time) { hangingCallsThreshold(3, fiveSeconds) }
      repeat(2) { breaker.acquire() }

      time.advance(Duration.ofMinutes(10))
      breaker.acquire().success()

      breaker.state() shouldBe CLOSED
    }

    test("calls that ended, gave content or were given up do not hang") {
      val time = ManualTime()
      val breaker = testBreaker(time) { hangingCallsThreshold(1, fiveSeconds) }
      breaker.acquire().success()
      breaker.acquire().failure()
      breaker.acquire().close()
      breaker.acquire().contentArrived()

      time.advance(Duration.ofMinutes(1))

      breaker.call<String, Exception> { "fine" } shouldBe "fine"
      breaker.state() shouldBe CLOSED
    }
  })
