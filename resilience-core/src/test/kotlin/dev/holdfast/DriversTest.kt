package dev.holdfast

import dev.holdfast.outcome.FailureClass
import dev.holdfast.plan.CallRecord.Ending
import dev.holdfast.plan.WaitSource
import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeUnique
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import java.time.Duration

/** The one table of scenarios, through all drivers. */
class DriversTest :
  FunSpec({
    val scenarios =
      pathScenarios +
        failureScenarios +
        hintScenarios +
        deadlineScenarios +
        circuitScenarios +
        fallbackScenarios +
        slotScenarios +
        userCodeScenarios +
        cancellationScenarios

    test("each class of failure has its scenarios, and no scenario hides another") {
      classesWithScenarios shouldContainExactly FailureClass.entries
      scenarios.map { it.name }.shouldBeUnique()
    }

    Driver.entries.forEach { driver ->
      test("$driver: the wait in which a call is cancelled is told as long as it was") {
        val ends =
          cancellationScenarios.associate {
            it.name to driver.record(it).attempts.lastOrNull()?.run { waited to waitSource }
          }

        ends["cancelled in a pause"] shouldBe (Duration.ofMillis(2500) to WaitSource.BACKOFF)
        ends["cancelled in a pause that the provider asked for"] shouldBe
          (Duration.ofMillis(2500) to WaitSource.HINT)
        ends["cancelled before a gate"] shouldBe (Duration.ofMillis(2500) to WaitSource.GATE)
        ends["cancelled in the line for a slot"] shouldBe null
      }
    }

    scenarios.forEach { scenario ->
      test("$scenario: all drivers leave the same record") {
        val (streams, calls) = Driver.entries.partition { it.isStream }
        val ofCall = calls.map { it.record(scenario) }.toSet().single()
        val ofStream = streams.map { it.record(scenario) }.toSet().single()

        withClue("why a stream differs: ${scenario.inStreams?.reason}") {
          (ofStream == ofCall.ofStream()) shouldBe (scenario.inStreams == null)
        }
        (ofCall.ending == Ending.CANCELLED) shouldBe (scenario.cancelled != null)
      }
      Driver.entries.forEach { driver ->
        test("$driver: $scenario") {
          driver.run(scenario) shouldContainExactly driver.meets(scenario).expected
        }
      }
    }
  })
