package dev.holdfast.examples.drill

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import kotlin.time.Duration.Companion.microseconds
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds

class ChecksTest :
  FunSpec({
    val scenario = smallScenario.copy(callsPerMinute = 200)
    val good =
      RunSummary(
        answers =
          mapOf(
            Answer.PRIMARY to 60,
            Answer.FALLBACK to 25,
            Answer.DEGRADED to 15,
            Answer.INTERRUPTED to 0,
            Answer.TRUNCATED to 0,
            Answer.FAILED to 0,
          ),
        late = 0,
        p50 = 2.seconds,
        p99 = 9.seconds,
        maxInFlight = 52,
        healthyInFlight = 11,
        upstreamCalls = 120,
        wasted = mapOf("claude-sonnet" to WastedCalls(80, 5, 6, 69)),
        recovery = 3.seconds,
        rejection = 3.microseconds,
        rejectedCall = 400.microseconds,
      )

    test("a run that keeps every promise has no violation") {
      violations(scenario, good).shouldBeEmpty()
    }

    test("a failed call is a violation") {
      val answers = good.answers + (Answer.FAILED to 2) + (Answer.PRIMARY to 58)

      violations(scenario, good.copy(answers = answers)) shouldContainExactly
        listOf("No call may fail with Holdfast, but 2 of 100 did.")
    }

    test("a broken stream that was taken for whole is a violation, and one that was told is none") {
      val whole = good.answers + (Answer.TRUNCATED to 3) + (Answer.PRIMARY to 57)
      val told = good.answers + (Answer.INTERRUPTED to 3) + (Answer.PRIMARY to 57)

      violations(scenario, good.copy(answers = whole)) shouldContainExactly
        listOf("No broken stream may be taken for whole, but 3 were.")
      violations(scenario, good.copy(answers = told)).shouldBeEmpty()
    }

    test("a call that never ended is a violation") {
      val answers = good.answers + (Answer.PRIMARY to 59)

      violations(scenario, good.copy(answers = answers)) shouldContainExactly
        listOf("100 calls were due, but 99 have ended.")
    }

    test("more than four times the healthy calls in flight are a violation") {
      violations(scenario, good.copy(maxInFlight = 53)) shouldContainExactly
        listOf(
          "At most 52 calls may be in flight with Holdfast, 4 times as many as in healthy times, " +
            "but 53 were."
        )
    }

    test("a wasted call that the breaker could have avoided is a violation") {
      val wasted = mapOf("claude-sonnet" to WastedCalls(81, 5, 6, 69))

      violations(scenario, good.copy(wasted = wasted)) shouldContainExactly
        listOf(
          "81 calls went to claude-sonnet while it was down, but the breaker's threshold (5), its " +
            "probes (6) and the calls in flight when it opened (69) explain only 80."
        )
    }

    test("a slow refusal is a violation, and none at all is one too") {
      violations(scenario, good.copy(rejection = 2.milliseconds)) shouldContainExactly
        listOf("A rejected call may cost 250us at most, but the median was 2ms.")
      violations(scenario, good.copy(rejection = null)) shouldContainExactly
        listOf("No call was rejected with Holdfast, although all models were down.")
    }
  })
