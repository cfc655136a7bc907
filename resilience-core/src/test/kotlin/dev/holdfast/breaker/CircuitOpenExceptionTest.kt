package dev.holdfast.breaker

import dev.holdfast.breaker.CircuitBreaker.State.HALF_OPEN
import dev.holdfast.breaker.CircuitBreaker.State.OPEN
import dev.holdfast.testing.testBreaker
import dev.holdfast.testing.trip
import dev.holdfast.testing.tripAndWait
import dev.holdfast.testkit.ManualTime
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import io.kotest.matchers.throwable.shouldHaveMessage
import java.time.Duration

class CircuitOpenExceptionTest :
  FunSpec({
    test("it says name, state and wait, and has no stack trace") {
      val time = ManualTime()
      val breaker = testBreaker(time)
      breaker.trip()
      time.advance(Duration.ofMillis(2600))

      val refused = shouldThrow<CircuitOpenException> { breaker.acquire() }

      refused shouldHaveMessage "Circuit breaker 'sonnet' is OPEN; retry after PT7.4S"
      refused.name() shouldBe "sonnet"
      refused.state() shouldBe OPEN
      refused.retryAfter() shouldBe Duration.ofMillis(7400)
      refused.stackTrace.size shouldBe 0
    }

    test("in HALF_OPEN it says when the first of the probes loses its place") {
      val time = ManualTime()
      val breaker = testBreaker(time) { permittedCallsInHalfOpenState(2) }
      breaker.tripAndWait(time)
      breaker.acquire()
      time.advance(Duration.ofSeconds(5))
      breaker.acquire()

      val refused = shouldThrow<CircuitOpenException> { breaker.acquire() }

      refused shouldHaveMessage "Circuit breaker 'sonnet' is HALF_OPEN; retry after PT1M55S"
      refused.state() shouldBe HALF_OPEN
    }

    test("each refusal of acquire, tryAcquire, call and callAsync is counted and told once") {
      val breaker = testBreaker()
      val heard = mutableListOf<CallRejection>()
      breaker.onRejection(heard::add)
      breaker.trip()

      shouldThrow<CircuitOpenException> { breaker.acquire() }
      breaker.tryAcquire()
      shouldThrow<CircuitOpenException> { breaker.call<Unit, RuntimeException> {} }
      breaker.callAsync<Unit> { error("not called") }

      heard shouldContainExactly List(4) { CallRejection("sonnet", OPEN, Duration.ofSeconds(10)) }
      breaker.snapshot().rejected() shouldBe 4
    }

    test("who asks whether it is possible is not counted as refused") {
      val breaker = testBreaker()
      breaker.trip()

      breaker.enterIfPossible() shouldBe null
      breaker.enterIfClosed() shouldBe null

      breaker.snapshot().rejected() shouldBe 0
    }
  })
