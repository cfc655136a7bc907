package dev.holdfast.breaker

import dev.holdfast.breaker.CircuitBreaker.State.CLOSED
import dev.holdfast.breaker.CircuitBreaker.State.HALF_OPEN
import dev.holdfast.breaker.CircuitBreaker.State.OPEN
import dev.holdfast.outcome.DeadlineExceededException
import dev.holdfast.testing.fail
import dev.holdfast.testing.testBreaker
import dev.holdfast.testing.trip
import dev.holdfast.testing.tripAndWait
import dev.holdfast.testkit.ManualTime
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeInstanceOf
import io.kotest.matchers.types.shouldBeSameInstanceAs
import java.io.IOException
import java.util.concurrent.CancellationException
import java.util.concurrent.TimeoutException

class FacesTest :
  FunSpec({
    data class Scenario(
      val name: String,
      val thrown: Throwable?,
      val failuresInClosed: Int,
      val stateAfterProbe: CircuitBreaker.State,
    )

    val scenarios =
      listOf(
        Scenario("an answer", null, 0, CLOSED),
        Scenario("an exception", IllegalStateException(), 3, OPEN),
        Scenario("a checked exception", IOException(), 3, OPEN),
        Scenario("an Error", AssertionError(), 3, OPEN),
        Scenario("a timeout of the call's own", TimeoutException(), 3, OPEN),
        Scenario("a cancellation that is not the caller's", CancellationException(), 3, OPEN),
        Scenario("our own rejection", DeadlineExceededException(), 2, HALF_OPEN),
        Scenario("an excluded exception", IllegalArgumentException(), 2, HALF_OPEN),
      )

    Face.entries.forEach { face ->
      scenarios.forEach { scenario ->
        fun breaker(time: ManualTime) =
          testBreaker(time) {
            countsAsFailure { it !is IllegalArgumentException && it !is DeadlineExceededException }
          }

        fun call(breaker: CircuitBreaker) =
          face.call(breaker) { scenario.thrown?.let { throw it } ?: "answer" }

        test("$face: ${scenario.name} in CLOSED") {
          val breaker = breaker(ManualTime())
          breaker.fail(2)

          val result = call(breaker)

          result.exceptionOrNull() shouldBe scenario.thrown
          result.getOrNull() shouldBe if (scenario.thrown == null) "answer" else null
          breaker.failures() shouldBe scenario.failuresInClosed
          breaker.isOpen shouldBe (scenario.failuresInClosed == 3)
        }

        test("$face: ${scenario.name} as a probe") {
          val time = ManualTime()
          val breaker = breaker(time)
          breaker.tripAndWait(time)

          val result = call(breaker)

          result.exceptionOrNull() shouldBe scenario.thrown
          breaker.state() shouldBe scenario.stateAfterProbe
          if (scenario.stateAfterProbe == HALF_OPEN) breaker.tryAcquire().shouldNotBeNull()
        }
      }

      test("$face: refused in OPEN, and the call is not made") {
        val breaker = testBreaker()
        breaker.trip()
        var made = false

        val result = face.call(breaker) { "answer".also { made = true } }

        result.exceptionOrNull().shouldBeInstanceOf<CircuitOpenException>().state() shouldBe OPEN
        made shouldBe false
        breaker.snapshot().rejected() shouldBe 1
      }

      test("$face: refused in HALF_OPEN while another face has the probe") {
        val time = ManualTime()
        val breaker = testBreaker(time)
        breaker.tripAndWait(time)
        breaker.acquire()

        val result = face.call(breaker) { "answer" }

        result.exceptionOrNull().shouldBeInstanceOf<CircuitOpenException>().state() shouldBe
          HALF_OPEN
      }

      test("$face: a probe holds its place while the call runs") {
        val time = ManualTime()
        val breaker = testBreaker(time)
        breaker.tripAndWait(time)

        face.call(breaker) {
          breaker.tryAcquire().shouldBeNull()
          "answer"
        }

        breaker.state() shouldBe CLOSED
      }

      test("$face: the outcome of a call that outlives its state is dropped") {
        val breaker = testBreaker()

        val result =
          face.call(breaker) {
            breaker.trip()
            breaker.reset()
            error("late")
          }

        result.exceptionOrNull().shouldNotBeNull().message shouldBe "late"
        breaker.failures() shouldBe 0
        breaker.snapshot().staleResults() shouldBe 1
      }

      test("$face: the very exception reaches the caller, with nothing added") {
        val thrown = IOException("as it was")

        val result = face.call(testBreaker()) { throw thrown }

        result.exceptionOrNull() shouldBeSameInstanceAs thrown
        thrown.suppressed.size shouldBe 0
      }
    }
  })
