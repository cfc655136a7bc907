package dev.holdfast.benchmarks

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactlyInAnyOrder
import io.kotest.matchers.comparables.shouldBeGreaterThan
import io.kotest.matchers.maps.shouldContainKeys
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import kotlin.time.Duration

class ClientComparisonTest :
  FunSpec({
    test("the calls of all clients are answered the same") {
      ClientCalls().use { calls ->
        val clients = listOf(calls.bare, calls.copying, calls.guarded)

        clients.map { calls.whole(it) }.distinct().single() shouldContain "All is well"
        clients.map { calls.stream(it) }.distinct().single() shouldBeGreaterThan 1_000_000L
      }
    }

    test("everything that a row compares is measured") {
      val effort = Effort.QUICK.copy(turns = Duration.ZERO)

      val costs = ClientCalls().use { ClientComparison.measure(it, effort) }

      costs.shouldContainKeys(
        *ClientComparison.rows
          .flatMap { row -> row.peers.map { it.measured } + listOfNotNull(row.ours) }
          .toTypedArray()
      )
      ClientComparison.rows.forEach { it.compare(costs).ratio!! shouldBeGreaterThan 0.0 }
    }

    test("contenders take turns, to warm up and to be measured") {
      val order = mutableListOf<String>()
      val contenders = listOf("a", "b").map { Contender(Measured(it)) { order += it } }

      Turns(1, contenders).measure(Duration.ZERO).keys shouldContainExactlyInAnyOrder
        listOf(Measured("a"), Measured("b"))

      order shouldBe listOf("a", "b", "a", "b")
    }
  })
