package dev.holdfast.examples.drill

import dev.holdfast.breaker.CircuitBreaker.State
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainAll
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldNotContain
import kotlinx.serialization.json.Json
import kotlinx.serialization.json.JsonNull
import kotlinx.serialization.json.jsonArray
import kotlinx.serialization.json.jsonObject
import kotlinx.serialization.json.jsonPrimitive

class ReportTest :
  FunSpec({
    val bare =
      RunRecord(
        "bare",
        listOf(call(1, 0.0, 2.0), call(2, 11.0, 41.0, Answer.FAILED)),
        listOf(attempt(1, 0.0, 2.0), attempt(2, 11.0, 41.0)),
        listOf(arrival(0.0), arrival(11.0)),
      )
    val guarded =
      RunRecord(
        "guarded",
        listOf(call(1, 0.0, 2.0), call(2, 11.0, 13.0, Answer.FALLBACK), call(3, 20.0, 22.5)),
        emptyList(),
        emptyList(),
        listOf(transition(12.0, State.CLOSED, State.OPEN, 5)),
      )
    val result = DrillResult(smallScenario, TimeScale(10.0), bare, guarded)

    test("the summary has the agreed fields for each run") {
      val json = Json.parseToJsonElement(summaryJson(result).pretty()).jsonObject

      for (run in listOf("bare", "holdfast")) {
        json.getValue(run).jsonObject.keys shouldContainAll
          setOf(
            "primary",
            "fallback",
            "degraded",
            "failed",
            "p50_ms",
            "p99_ms",
            "max_in_flight",
            "wasted_upstream_calls",
            "recovery_ms",
          )
      }
      val run = json.getValue("bare").jsonObject
      run.getValue("primary").jsonPrimitive.content shouldBe "1"
      run.getValue("failed").jsonPrimitive.content shouldBe "1"
      run.getValue("p50_ms").jsonPrimitive.content shouldBe "2000"
      run.getValue("p99_ms").jsonPrimitive.content shouldBe "30000"
      run.getValue("wasted_upstream_calls").jsonPrimitive.content shouldBe "1"
      run.getValue("recovery_ms") shouldBe JsonNull
      json.getValue("holdfast").jsonObject.getValue("recovery_ms").jsonPrimitive.content shouldBe
        "2500"
    }

    test("the page's data has a bucket for every answer, and the state of a breaker to the end") {
      val data = ReportData(result).json()
      val runs = data.getValue("runs").jsonArray.map { it.jsonObject }

      runs.map { run ->
        run.getValue("answers").jsonArray.sumOf { bucket ->
          bucket.jsonArray.sumOf { it.jsonPrimitive.content.toInt() }
        }
      } shouldContainExactly listOf(2, 3)
      val breaker = runs[1].getValue("breakers").jsonObject.getValue("claude-sonnet").jsonArray
      breaker.map { it.jsonObject.getValue("state").jsonPrimitive.content } shouldContainExactly
        listOf("closed", "open")
      breaker.last().jsonObject.getValue("until") shouldBe data.getValue("end")
    }

    test("the page is whole and needs no network") {
      val page = reportPage(result)

      page shouldNotContain "<!--"
      page shouldNotContain "src="
      page shouldNotContain "href="
      page shouldNotContain "@import"
      page shouldNotContain "fetch("
    }

    test("the table aligns its columns") {
      val lines = table(resultRows(result)).lines()

      lines.map { it.length }.distinct().size shouldBe 1
    }

    test("failures are told with their reasons, the most frequent first") {
      val failed = call(1, 0.0, 1.0, Answer.FAILED)
      val calls = listOf(failed.copy(failure = "rare")) + List(2) { failed.copy(failure = "often") }

      failureLines(
        DrillResult(smallScenario, TimeScale(1.0), bare.copy(calls = calls), guarded)
      ) shouldContainExactly
        listOf("bare: 2 calls failed with often", "bare: 1 calls failed with rare")
    }
  })
