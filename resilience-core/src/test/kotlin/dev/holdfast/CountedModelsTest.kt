package dev.holdfast

import dev.holdfast.testkit.ManualTime
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.shouldBe
import java.time.Duration

class CountedModelsTest :
  FunSpec({
    test("models beyond those that are counted by name have answered themselves") {
      val alerts = mutableListOf<CallAlert>()
      val resilience =
        scenarioResilience(ManualTime()) { alert(AlertRule(0.5, 1, Duration.ofMinutes(1))) }
      resilience.onAlert { alerts += it }
      repeat(1000) { resilience.forModel("model-$it") }

      resilience.forModel("one more").call<String, Exception> { "answer" }

      val others = resilience.counts().single { it.model() == "others" }
      others.calls() shouldBe 1
      others.fallbacks() shouldBe 0
      alerts.shouldBeEmpty()
    }
  })
