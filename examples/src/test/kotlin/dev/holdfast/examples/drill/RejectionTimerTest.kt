package dev.holdfast.examples.drill

import dev.holdfast.breaker.CallRejection
import dev.holdfast.breaker.CircuitBreaker.State
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import java.time.Duration
import kotlin.time.Duration.Companion.nanoseconds

class RejectionTimerTest :
  FunSpec({
    fun refusal(model: String) = CallRejection(model, State.OPEN, Duration.ZERO)

    test("a refusal costs what lies between that of the primary and that of the fallback") {
      val readings = ArrayDeque(listOf(100L, 103L))
      val timer = RejectionTimer(smallScenario) { readings.removeFirst() }

      timer.refused(refusal("claude-sonnet"))
      timer.refused(refusal("claude-haiku"))

      timer.costs() shouldContainExactly listOf(3.nanoseconds)
    }

    test("a refusal by the fallback alone is not measured") {
      val timer = RejectionTimer(smallScenario) { 1 }

      timer.refused(refusal("claude-haiku"))

      timer.costs().shouldBeEmpty()
    }
  })
