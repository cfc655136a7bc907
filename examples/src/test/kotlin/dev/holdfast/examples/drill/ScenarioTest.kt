package dev.holdfast.examples.drill

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.comparables.shouldBeGreaterThanOrEqualTo
import io.kotest.matchers.comparables.shouldBeLessThanOrEqualTo
import io.kotest.matchers.shouldBe
import io.kotest.matchers.shouldNotBe
import kotlin.time.Duration
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.minutes
import kotlin.time.Duration.Companion.seconds

class ScenarioTest :
  FunSpec({
    val scenario = Scenario.standard

    test("the application makes 500 evenly spaced calls a minute") {
      scenario.calls.count { it.at < 1.minutes } shouldBe 500
      scenario.calls[0] shouldBe PlannedCall(0, Duration.ZERO, true)
      scenario.calls[10].at - scenario.calls[9].at shouldBe 120.milliseconds
      scenario.calls.size shouldBe 1500
    }

    test("the primary is down for 90 seconds, and the fallback for the second half of them") {
      val primary = scenario.primary.outages.single { it.condition.isDown }
      val fallback = scenario.fallback.outages

      primary.until - primary.from shouldBe 90.seconds
      fallback.first().from shouldBe primary.from + 45.seconds
      fallback.last().until shouldBe primary.until
      scenario.primary.recovery shouldBe primary.until
    }

    test("after its recovery the primary cuts its streams, and then stalls in them") {
      scenario.primary.conditionAt(150.seconds) shouldBe Condition.CUTTING
      scenario.primary.conditionAt(160.seconds) shouldBe Condition.STALLING
      scenario.primary.conditionAt(165.seconds) shouldBe Condition.HEALTHY
      scenario.calls.count { it.streams } shouldBe scenario.calls.size / 3
    }

    test("an outage includes its beginning and not its end") {
      val model = ModelScenario("m", 1.seconds..2.seconds, listOf(outage(10, 20)))

      model.conditionAt(10.seconds - 1.milliseconds) shouldBe Condition.HEALTHY
      model.conditionAt(10.seconds) shouldBe Condition.HANGING
      model.conditionAt(20.seconds - 1.milliseconds) shouldBe Condition.HANGING
      model.conditionAt(20.seconds) shouldBe Condition.HEALTHY
    }

    test("outages that overlap are refused") {
      shouldThrow<IllegalArgumentException> {
        ModelScenario("m", 1.seconds..2.seconds, listOf(outage(10, 20), outage(15, 30)))
      }
    }

    test("a call has the same latency each time, within the model's range, unlike other calls") {
      val model = scenario.primary
      val latencies = (0 until 200).map { model.latencyOf(it, seed = 1) }

      latencies.forEach {
        it shouldBeGreaterThanOrEqualTo 2.seconds
        it shouldBeLessThanOrEqualTo 4.seconds
      }
      latencies shouldBe (0 until 200).map { model.latencyOf(it, seed = 1) }
      latencies.distinct().size shouldBe 200
      model.latencyOf(1, seed = 1) shouldNotBe model.latencyOf(1, seed = 2)
    }

    test("healthy calls in flight are the rate times the slowest answer") {
      scenario.healthyInFlight shouldBe 33
      smallScenario.healthyInFlight shouldBe 4
    }

    test("the changes are the start and each begin and end of an outage, once") {
      scenario.changes shouldContainExactly
        listOf(0, 30, 75, 90, 120, 145, 155, 165).map { it.seconds }
    }

    test("a clock tells the scenario's time since its origin") {
      val clock = ScenarioClock(TimeScale(10.0), origin = 1_000) { 2_000_001_000 }

      clock.now() shouldBe 20.seconds
      clock.at(1_000) shouldBe Duration.ZERO
      clock.scale.real(30.seconds) shouldBe 3.seconds
    }
  })

private fun outage(from: Int, until: Int) = Outage(from.seconds, until.seconds, Condition.HANGING)
