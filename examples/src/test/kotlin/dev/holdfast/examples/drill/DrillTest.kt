package dev.holdfast.examples.drill

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.ints.shouldBeGreaterThan
import io.kotest.matchers.shouldBe
import java.io.OutputStream
import java.io.PrintStream

/** The drill in small: it must run to its end; what it measures is not judged here. */
class DrillTest :
  FunSpec({
    test("a small drill accounts for every call of both runs") {
      val console = Console(PrintStream(OutputStream.nullOutputStream()), isTerminal = false)

      val result = Drill(smallScenario, TimeScale(20.0), console).run()

      for (run in listOf(result.bare, result.holdfast)) run.calls.size shouldBe 30
      result.bareSummary.upstreamCalls shouldBeGreaterThan 30
      result.holdfastSummary.count(Answer.FAILED) shouldBe 0
    }
  })
