package dev.holdfast.benchmarks.peers

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.shouldBe

class SituationsTest :
  FunSpec({
    Situations.all.forEach { situation ->
      test("Holdfast does the right thing: ${situation.name}") {
        val verdict = situation.observe(HoldfastLibrary)

        verdict shouldBe verdict.copy(right = true)
      }
    }

    test("every situation has a name of its own") {
      Situations.all.map { it.name }.distinct() shouldHaveSize Situations.all.size
    }
  })
