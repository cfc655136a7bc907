package dev.holdfast.breaker

import dev.holdfast.outcome.CallRejectedException
import dev.holdfast.outcome.DeadlineExceededException
import dev.holdfast.testing.testBreaker
import dev.holdfast.testing.tripAndWait
import dev.holdfast.testkit.ManualTime
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.ints.shouldBeLessThanOrEqual
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeSameInstanceAs
import java.io.IOException
import java.util.concurrent.CompletionException
import java.util.concurrent.ExecutionException
import java.util.concurrent.TimeoutException

class CountsAsFailureTest :
  FunSpec({
    listOf(IllegalStateException("broken"), IOException("broken"), AssertionError("broken"))
      .forEach { broken ->
        test("a predicate that throws ${broken::class.simpleName}: the call failed as it did") {
          val breaker = testBreaker { countsAsFailure { throw broken } }
          val thrown = TimeoutException()

          val caught =
            shouldThrow<TimeoutException> { breaker.call<Unit, Exception> { throw thrown } }

          caught shouldBeSameInstanceAs thrown
          caught.suppressed.toList() shouldContainExactly listOf(broken)
          breaker.failures() shouldBe 1
        }

        test("a predicate that throws ${broken::class.simpleName} loses no probe's place") {
          val time = ManualTime()
          val breaker = testBreaker(time) { countsAsFailure { throw broken } }
          breaker.tripAndWait(time)

          breaker.callAsync<Unit> { throw TimeoutException() }

          breaker.isOpen shouldBe true
          time.advance(breaker.config().waitDurationInOpenState())
          breaker.tryAcquire().shouldNotBeNull()
        }
      }

    test("a predicate that throws what it was given adds nothing to it") {
      val breaker = testBreaker { countsAsFailure { throw it } }
      val thrown = TimeoutException()

      breaker.acquire().failure(thrown)

      thrown.suppressed.toList().shouldBeEmpty()
      breaker.failures() shouldBe 1
    }

    test("one exception object for all calls does not grow when the predicate is broken") {
      val breaker = testBreaker {
        failureThreshold(1000)
        countsAsFailure { error("broken") }
      }
      val shared = TimeoutException()

      repeat(500) { breaker.acquire().failure(shared) }

      breaker.failures() shouldBe 500
      shared.suppressed.size shouldBeLessThanOrEqual 16
    }

    val rejection: CallRejectedException = DeadlineExceededException()
    listOf(
        rejection,
        CompletionException(rejection),
        ExecutionException(CompletionException(rejection)),
      )
      .forEach { thrown ->
        test("the predicate sees what is inside a ${thrown::class.simpleName}") {
          val breaker = testBreaker()

          breaker.acquire().failure(thrown)

          breaker.failures() shouldBe 0
        }
      }

    test("a wrapper without a cause is taken as it is") {
      val breaker = testBreaker()

      breaker.acquire().failure(CompletionException("alone", null))

      breaker.failures() shouldBe 1
    }

    test("a predicate that excludes frees the probe's place and decides nothing") {
      val time = ManualTime()
      val breaker = testBreaker(time) { countsAsFailure { it !is IllegalArgumentException } }
      breaker.tripAndWait(time)

      breaker.acquire().failure(IllegalArgumentException())

      breaker.state() shouldBe CircuitBreaker.State.HALF_OPEN
      breaker.tryAcquire().shouldNotBeNull()
    }

    test("a failure without an exception counts, and the predicate is not asked") {
      val breaker = testBreaker { countsAsFailure { error("not asked") } }

      breaker.acquire().failure()

      breaker.failures() shouldBe 1
    }
  })
