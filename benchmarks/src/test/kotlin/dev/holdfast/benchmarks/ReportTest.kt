package dev.holdfast.benchmarks

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import kotlinx.serialization.json.Json
import kotlinx.serialization.json.JsonNull
import kotlinx.serialization.json.jsonArray
import kotlinx.serialization.json.jsonObject
import kotlinx.serialization.json.jsonPrimitive

class ReportTest :
  FunSpec({
    val ours = Measured("Path.holdfast")
    val slow = Peer("slow", Measured("Path.slow"))
    val fast = Peer("fast", Measured("Path.fast"))

    fun compare(goal: Goal, cost: Cost) =
      Row("a path", goal, ours, listOf(slow, fast))
        .compare(
          mapOf(
            ours to cost,
            ours.copy(threads = 2) to Cost(4.0, 0),
            slow.measured to Cost(500.0, 0),
            fast.measured to Cost(100.0, 24),
          )
        )

    test("the best peer is the one that takes the least time") {
      val result = compare(Goal(), Cost(5.0, 0))

      result.bestPeer shouldBe "fast"
      result.best shouldBe Cost(100.0, 24)
    }

    test("the ratio is the best peer's time over ours") {
      compare(Goal(), Cost(5.0, 0)).ratio shouldBe 20.0
      compare(Goal(), Cost(200.0, 0)).ratio shouldBe 0.5
    }

    test("a goal is met when all its parts are") {
      val goal = Goal(ratio = 20.0, bytes = 16)

      compare(goal, Cost(5.0, 16)).met shouldBe true
      compare(goal, Cost(5.1, 16)).met shouldBe false
      compare(goal, Cost(5.0, 17)).met shouldBe false
      compare(Goal(), Cost(5.0, 0)).met shouldBe null
    }

    test("not slower than another measurement allows for its tolerance and no more") {
      val goal = Goal(notSlower = Goal.NotSlower(ours.copy(threads = 2), "as two", 1.5))

      compare(goal, Cost(6.0, 0)).met shouldBe true
      compare(goal, Cost(6.1, 0)).met shouldBe false
    }

    test("not larger than another measurement allows for so many bytes and no more") {
      val goal = Goal(notLarger = Goal.NotLarger(fast.measured, "≤ 8 B more", 8))

      compare(goal, Cost(5.0, 32)).met shouldBe true
      compare(goal, Cost(5.0, 33)).met shouldBe false
      goal.toString() shouldBe "≤ 8 B more"
    }

    test("the median ignores one disturbed pass, for time and bytes on their own") {
      median(listOf(3.0, 1.0)) shouldBe 2.0
      medianCost(listOf(Cost(9.0, 0), Cost(1.0, 8), Cost(2.0, 0))) shouldBe Cost(2.0, 0)
    }

    test("what other processes take is all that was busy without our own") {
      val stat = "42 (java (8)) S 1 2 3 4 5 6 7 8 9 10 100 20 3 4 20 0 1"

      Disturbance.busyTicks("cpu  100 20 30 9999 500 6 7 8 900 900") shouldBe 171
      Disturbance.ownTicks(stat) shouldBe 127
    }

    test("numbers have three digits") {
      listOf(0.01234, 1.0, 3.456, 45.67, 456.7, 12_345.6).map(::rounded) shouldBe
        listOf("0.0123", "1", "3.46", "45.7", "457", "12300")
    }

    test("the table shows a dash for what Holdfast does not have") {
      val row = Row("a path", Goal(ratio = 5.0, bytes = 0), null, listOf(fast))

      val table = table(listOf(row.compare(mapOf(fast.measured to Cost(100.0, 24)))))

      table.lines()[1].split(Regex(" {2,}")) shouldBe
        listOf("a path", "-", "-", "fast", "100", "24", "-", "≥ 5x, ≤ 0 B", "-")
    }

    test("a row without peers is held to its own time") {
      val row = Row("a path", Goal(nanos = 20), ours, listOf())

      fun line(cost: Cost) = table(listOf(row.compare(mapOf(ours to cost)))).lines()[1]

      line(Cost(20.0, 8)).split(Regex(" {2,}")) shouldBe
        listOf("a path", "20", "8", "-", "-", "-", "-", "≤ 20 ns", "yes")
      line(Cost(20.1, 8)) shouldContain "NO"
      json(listOf(row.compare(mapOf(ours to Cost(20.0, 8))))) shouldContain "\"best_peer\": null"
    }

    test("the table says so when a goal is missed") {
      table(listOf(compare(Goal(ratio = 21.0), Cost(5.0, 0)))) shouldContain "NO"
    }

    test("the JSON has the same numbers as the table") {
      val missing = Row("another", Goal(), null, listOf(fast))
      val costs = mapOf(fast.measured to Cost(100.0, 24))

      val list =
        Json.parseToJsonElement(
            json(listOf(compare(Goal(), Cost(5.25, 8)), missing.compare(costs)))
          )
          .jsonArray
          .map { it.jsonObject }

      list[0].mapValues { it.value.jsonPrimitive.content } shouldBe
        mapOf(
          "path" to "a path",
          "ours_ns" to "5.25",
          "ours_bytes" to "8",
          "best_peer" to "fast",
          "best_peer_ns" to "100",
          "best_peer_bytes" to "24",
          "ratio" to "19.0",
        )
      list[1]["ours_ns"] shouldBe JsonNull
      list[1]["ratio"] shouldBe JsonNull
    }
  })
