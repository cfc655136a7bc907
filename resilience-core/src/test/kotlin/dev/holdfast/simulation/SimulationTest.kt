package dev.holdfast.simulation

import dev.holdfast.plan.CallRecord.Ending
import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactlyInAnyOrder
import io.kotest.matchers.ints.shouldBeGreaterThan
import io.kotest.matchers.longs.shouldBeGreaterThan

class SimulationTest :
  FunSpec({
    test("thousands of outages break no rule of a call") {
      var outages = 0
      var refusedRetries = 0L
      val endings = mutableMapOf<Ending, Int>()

      for (seed in 1..400) {
        val simulation = Simulation(seed).run()
        withClue("seed $seed") { simulation.violations.shouldBeEmpty() }
        outages += simulation.outages
        refusedRetries += simulation.refusedRetries
        simulation.endings.forEach { (ending, calls) -> endings.merge(ending, calls, Int::plus) }
      }

      outages shouldBeGreaterThan 4_000
      refusedRetries shouldBeGreaterThan 1_000
      endings.keys shouldContainExactlyInAnyOrder Ending.entries - Ending.LEFT
      endings.values.min() shouldBeGreaterThan 1_000
    }
  })
