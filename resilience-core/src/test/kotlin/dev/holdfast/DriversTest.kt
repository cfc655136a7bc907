package dev.holdfast

import dev.holdfast.outcome.FailureClass
import dev.holdfast.plan.CallRecord.Ending
import dev.holdfast.plan.CallWait
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
        cancellationScenarios +
        foreignCancellationScenarios

    test("each class of failure has its scenarios, and no scenario hides another") {
      classesWithScenarios shouldContainExactly FailureClass.entries
      scenarios.map { it.name }.shouldBeUnique()
    }

    Driver.entries.forEach { driver ->
      test("$driver: the wait in which a call is cancelled is told as long as it was") {
        val ends =
          cancellationScenarios.associate {
            it.name to driver.record(it).attempts.lastOrNull()?.waits?.singleOrNull()
          }

        fun wait(source: WaitSource) = CallWait(Duration.ofMillis(2500), source)
        ends["cancelled in a pause"] shouldBe wait(WaitSource.BACKOFF)
        ends["cancelled in a pause that the provider asked for"] shouldBe wait(WaitSource.HINT)
        ends["cancelled before a gate"] shouldBe wait(WaitSource.GATE)
        ends["cancelled in the line for a slot"] shouldBe wait(WaitSource.BULKHEAD)
      }

      test("$driver: the time in the line for a slot is told as a wait, after those before it") {
        val waits =
          slotScenarios.associate { scenario ->
            scenario.name to
              driver.record(scenario).attempts.map { attempt ->
                attempt.waits.joinToString { "${it.duration.seconds} ${it.source}" }
              }
          }

        waits["a slot that comes in time is waited for"] shouldBe listOf("4 BULKHEAD")
        waits["a slot that somebody took in the pause is waited for again"] shouldBe
          listOf("", "1 BACKOFF, 2 BULKHEAD")
        waits["a line that takes too long refuses the call before any model is asked"] shouldBe
          listOf("10 BULKHEAD")
        waits["the deadline ends the wait in the line"] shouldBe listOf("5 BULKHEAD")
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
