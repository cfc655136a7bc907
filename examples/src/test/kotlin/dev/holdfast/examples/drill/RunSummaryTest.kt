package dev.holdfast.examples.drill

import dev.holdfast.breaker.CircuitBreaker.State.CLOSED
import dev.holdfast.breaker.CircuitBreaker.State.HALF_OPEN
import dev.holdfast.breaker.CircuitBreaker.State.OPEN
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import kotlin.time.Duration.Companion.microseconds
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds

class RunSummaryTest :
  FunSpec({
    fun summary(run: RunRecord) = RunSummary.of(run, smallScenario, TimeScale(10.0))

    test("a percentile is the value of the nearest rank") {
      val values = (1..100).shuffled()

      values.percentile(0.5) shouldBe 50
      values.percentile(0.99) shouldBe 99
      values.percentile(1.0) shouldBe 100
      listOf(7).percentile(0.5) shouldBe 7
      listOf(1, 2).percentile(0.5) shouldBe 1
      emptyList<Int>().percentile(0.5) shouldBe null
      shouldThrow<IllegalArgumentException> { values.percentile(0.0) }
    }

    test("calls in flight rise with each start and fall with each end") {
      val calls = listOf(call(1, 0.0, 3.0), call(2, 1.0, 2.0), call(3, 3.0, 4.0))

      inFlight(calls) shouldContainExactly
        listOf(
          InFlight(0.seconds, 1),
          InFlight(1.seconds, 2),
          InFlight(2.seconds, 1),
          InFlight(3.seconds, 1),
          InFlight(4.seconds, 0),
        )
      inFlight(calls).most() shouldBe 2
    }

    test("latency counts from when a call was due") {
      CallRecord(1, 1.seconds, 2.seconds, 5.seconds, Answer.PRIMARY).latency shouldBe 4.seconds
    }

    test("answers are counted by kind, late ones too, and failures are not late answers") {
      val calls =
        listOf(
          call(1, 0.0, 1.0),
          call(2, 0.0, 31.0, Answer.FALLBACK),
          call(3, 0.0, 40.0, Answer.FAILED),
          call(4, 0.0, 0.1, Answer.DEGRADED),
          call(5, 0.0, 35.0, Answer.INTERRUPTED),
          call(6, 0.0, 2.0, Answer.TRUNCATED),
        )

      val summary = summary(RunRecord("run", calls, emptyList(), emptyList()))

      Answer.entries.map { summary.count(it) } shouldContainExactly listOf(1, 1, 1, 1, 1, 1)
      summary.late shouldBe 1
      summary.p50 shouldBe 2.seconds
      summary.p99 shouldBe 40.seconds
    }

    test("the healthy calls in flight are those before the first outage") {
      val calls = listOf(call(1, 1.0, 2.0), call(2, 11.0, 12.0), call(3, 11.0, 12.0))

      val summary = summary(RunRecord("run", calls, emptyList(), emptyList()))

      summary.healthyInFlight shouldBe 1
      summary.maxInFlight shouldBe 2
    }

    test("recovery ends with the first answer of the primary, and not of the fallback") {
      val calls =
        listOf(
          call(1, 5.0, 8.0),
          call(2, 20.0, 21.0, Answer.FALLBACK),
          call(3, 20.0, 23.5),
          call(4, 22.0, 25.0),
        )

      summary(RunRecord("run", calls, emptyList(), emptyList())).recovery shouldBe 3500.milliseconds
      summary(RunRecord("run", calls.take(2), emptyList(), emptyList())).recovery shouldBe null
    }

    test("wasted are the requests that reach a model while it is down") {
      val arrivals =
        listOf(arrival(9.9), arrival(10.0), arrival(12.0, "claude-haiku"), arrival(20.0))

      val summary = summary(RunRecord("run", emptyList(), emptyList(), arrivals))

      summary.wastedCalls shouldBe 1
      summary.wasted.mapValues { it.value.count } shouldBe
        mapOf("claude-sonnet" to 1, "claude-haiku" to 0)
      summary.upstreamCalls shouldBe 4
    }

    test("what a breaker cannot avoid is its threshold, its probes, and what was under way") {
      val attempts =
        listOf(
          attempt(1, 10.0, 13.5),
          attempt(2, 11.0, 15.0),
          attempt(3, 13.0, 17.0),
          attempt(4, 14.1, 18.0),
          attempt(5, 16.0, 20.0),
          attempt(6, 13.0, 17.0, "claude-haiku"),
        )
      val transitions =
        listOf(
          transition(5.0, CLOSED, OPEN, failures = 5),
          transition(7.0, OPEN, HALF_OPEN),
          transition(8.0, HALF_OPEN, CLOSED),
          transition(14.0, CLOSED, OPEN, failures = 7),
          transition(16.0, OPEN, HALF_OPEN),
          transition(19.0, HALF_OPEN, OPEN, failures = 8),
          transition(22.0, OPEN, HALF_OPEN),
          transition(25.0, HALF_OPEN, CLOSED),
        )

      val wasted =
        summary(RunRecord("run", emptyList(), attempts, emptyList(), transitions))
          .wasted
          .getValue("claude-sonnet")

      wasted shouldBe WastedCalls(count = 0, threshold = 5, probes = 1, inFlightAtOpening = 3)
      wasted.unavoidable shouldBe 9
    }

    test("a rejected call is degraded, made no attempt, and is measured in real time") {
      val calls =
        listOf(
          call(1, 0.0, 0.01, Answer.DEGRADED),
          call(2, 0.0, 4.0, Answer.DEGRADED),
          call(3, 0.0, 3.0),
        )
      val attempts = listOf(attempt(2, 0.0, 4.0), attempt(3, 0.0, 3.0))
      val rejections = listOf(9.microseconds, 1.microseconds, 2.microseconds)

      val summary = summary(RunRecord("run", calls, attempts, emptyList(), emptyList(), rejections))

      summary.rejectedCall shouldBe 1.milliseconds
      summary.rejection shouldBe 2.microseconds
    }
  })
