package dev.holdfast.simulation

import dev.holdfast.plan.CallRecord.Ending
import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactlyInAnyOrder
import io.kotest.matchers.ints.shouldBeGreaterThan

class SimulationTest :
  FunSpec({
    test("thousands of outages break no rule of a call") {
      var outages = 0
      val endings = mutableMapOf<Ending, Int>()

      for (seed in 1..400) {
        val simulation = Simulation(seed).run()
        withClue("seed $seed") { simulation.violations.shouldBeEmpty() }
        outages += simulation.outages
        simulation.endings.forEach { (ending, calls) -> endings.merge(ending, calls, Int::plus) }
      }

      outages shouldBeGreaterThan 4_000
      endings.keys shouldContainExactlyInAnyOrder Ending.entries - Ending.LEFT
      endings.values.min() shouldBeGreaterThan 1_000
    }
  })
