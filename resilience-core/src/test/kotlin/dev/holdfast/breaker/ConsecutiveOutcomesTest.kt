package dev.holdfast.breaker

import dev.holdfast.testing.testConfig
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe

class ConsecutiveOutcomesTest :
  FunSpec({
    data class Row(val before: Int, val after: Int, val exceeds: Boolean)
    listOf(
        Row(0, 1, false),
        Row(1, 2, false),
        Row(2, 3, true),
        Row(3, 4, true),
        Row(Int.MAX_VALUE - 1, Int.MAX_VALUE, true),
        Row(Int.MAX_VALUE, Int.MAX_VALUE, true),
      )
      .forEach { (before, after, exceeds) ->
        test("a failure after $before in a row is the number $after, and the limit is 3") {
          val outcomes = ConsecutiveOutcomes(before)

          outcomes.trouble(true, false, testConfig()) shouldBe exceeds

          outcomes.failures() shouldBe after
          outcomes.exceeds(testConfig()) shouldBe exceeds
        }
      }

    test("a slow success ends the row, and so does a fast one") {
      val slow = ConsecutiveOutcomes(7)
      val fast = ConsecutiveOutcomes(7)

      slow.trouble(false, true, testConfig()) shouldBe false
      fast.success(testConfig()) shouldBe false

      slow.failures() shouldBe 0
      fast.failures() shouldBe 0
    }
  })
