package dev.holdfast.plan

import dev.holdfast.breaker.CircuitBreaker.State.OPEN
import dev.holdfast.model.RequestPatch
import dev.holdfast.outcome.FailureClass
import dev.holdfast.outcome.FailureClass.CONFLICT
import dev.holdfast.outcome.FailureClass.CONNECTION_FAILED
import dev.holdfast.outcome.FailureClass.CONNECTION_LOST
import dev.holdfast.outcome.FailureClass.CONTENT_REFUSED
import dev.holdfast.outcome.FailureClass.CONTEXT_TOO_LONG
import dev.holdfast.outcome.FailureClass.EMPTY_ANSWER
import dev.holdfast.outcome.FailureClass.FORBIDDEN
import dev.holdfast.outcome.FailureClass.INVALID_REQUEST
import dev.holdfast.outcome.FailureClass.MALFORMED_ANSWER
import dev.holdfast.outcome.FailureClass.MODEL_NOT_FOUND
import dev.holdfast.outcome.FailureClass.MODEL_NOT_READY
import dev.holdfast.outcome.FailureClass.NOT_PROCESSED
import dev.holdfast.outcome.FailureClass.OVERLOADED
import dev.holdfast.outcome.FailureClass.QUOTA_EXHAUSTED
import dev.holdfast.outcome.FailureClass.RATE_LIMITED
import dev.holdfast.outcome.FailureClass.REGION_BLOCKED
import dev.holdfast.outcome.FailureClass.REJECTED
import dev.holdfast.outcome.FailureClass.REQUEST_EXCEEDS_LIMIT
import dev.holdfast.outcome.FailureClass.REQUEST_TOO_LARGE
import dev.holdfast.outcome.FailureClass.SERVER_ERROR
import dev.holdfast.outcome.FailureClass.STREAM_BROKEN
import dev.holdfast.outcome.FailureClass.STREAM_INTERRUPTED
import dev.holdfast.outcome.FailureClass.TIMED_OUT
import dev.holdfast.outcome.FailureClass.UNAUTHENTICATED
import dev.holdfast.outcome.FailureClass.UNKNOWN
import dev.holdfast.outcome.FailureClass.UNTRUSTED_SERVER
import dev.holdfast.retry.Retry
import dev.holdfast.testing.fail
import dev.holdfast.testing.leastJitter
import dev.holdfast.testing.mostJitter
import dev.holdfast.testing.trip
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeInstanceOf
import java.net.ConnectException
import java.time.Duration
import java.util.random.RandomGenerator

class CallPlanTest :
  FunSpec({
    test("the first model that answers ends the call") {
      with(PlanFixture()) {
        trace(plan(), answers()) shouldContainExactly listOf("a", "return answer")
      }
    }

    data class Row(val kind: FailureClass, val attempts: Int, val counts: Int, val end: String)
    listOf(
        Row(RATE_LIMITED, 1, 0, "b"),
        Row(REQUEST_EXCEEDS_LIMIT, 1, 0, "b"),
        Row(QUOTA_EXHAUSTED, 1, 0, "b"),
        Row(OVERLOADED, 3, 3, "b"),
        Row(MODEL_NOT_READY, 3, 0, "b"),
        Row(SERVER_ERROR, 3, 3, "b"),
        Row(TIMED_OUT, 2, 2, "b"),
        Row(CONNECTION_FAILED, 3, 3, "b"),
        Row(CONNECTION_LOST, 2, 2, "b"),
        Row(NOT_PROCESSED, 3, 0, "b"),
        Row(MALFORMED_ANSWER, 2, 2, "b"),
        Row(EMPTY_ANSWER, 2, 0, "b"),
        Row(STREAM_BROKEN, 2, 2, "b"),
        Row(STREAM_INTERRUPTED, 1, 1, "throw STREAM_INTERRUPTED"),
        Row(UNTRUSTED_SERVER, 1, 0, "throw UNTRUSTED_SERVER"),
        Row(CONFLICT, 3, 0, "b"),
        Row(REQUEST_TOO_LARGE, 1, 0, "b"),
        Row(CONTEXT_TOO_LONG, 1, 0, "throw CONTEXT_TOO_LONG"),
        Row(CONTENT_REFUSED, 1, 0, "throw CONTENT_REFUSED"),
        Row(INVALID_REQUEST, 1, 0, "throw INVALID_REQUEST"),
        Row(UNAUTHENTICATED, 1, 0, "throw UNAUTHENTICATED"),
        Row(FORBIDDEN, 1, 0, "b"),
        Row(REGION_BLOCKED, 1, 0, "b"),
        Row(MODEL_NOT_FOUND, 1, 0, "b"),
        Row(REJECTED, 1, 0, "b"),
        Row(UNKNOWN, 1, 0, "b"),
      )
      .forEach { row ->
        test("${row.kind}: ${row.attempts} attempts, ${row.counts} failures counted, ${row.end}") {
          with(PlanFixture(breaker = { failureThreshold(100) })) {
            val first = Array(row.attempts) { fails(row.kind) }
            val rest = if (row.end == "b") arrayOf(answers()) else emptyArray()

            val steps = trace(plan(degradable = true), *first, *rest)

            steps.takeWhile { it == "a" || it.startsWith("pause") } shouldContainExactly
              List(row.attempts * 2 - 1) { if (it % 2 == 0) "a" else "pause 1000" }
            steps[row.attempts * 2 - 1] shouldBe row.end
            breaker("a").failures() shouldBe row.counts
          }
        }
      }

    test("a class that may have been billed is asked once more, but not beyond the settings") {
      with(PlanFixture("a", retry = PlanFixture.retry { maxAttempts(1) })) {
        trace(plan(), hangs(30)) shouldContainExactly listOf("a", "throw AttemptTimeoutException")
      }
    }

    test("each model has its own attempts") {
      with(PlanFixture("a b c", breaker = { failureThreshold(9) })) {
        val down = Array(9) { fails(SERVER_ERROR) }

        trace(plan(), *down) shouldContainExactly
          listOf("a", "b", "c").flatMap { listOf(it, "pause 1000", it, "pause 1000", it) } +
            "throw SERVER_ERROR"
      }
    }

    test("a circuit that opens between attempts ends the attempts at its model") {
      with(PlanFixture()) {
        breaker("a").fail(1)

        trace(plan(), fails(SERVER_ERROR), fails(SERVER_ERROR), answers()) shouldContainExactly
          listOf("a", "pause 1000", "a", "b", "return answer")
        breaker("a").state() shouldBe OPEN
      }
    }

    test("a circuit that another call opens during the pause costs no attempt") {
      with(PlanFixture()) {
        val plan = plan(degradable = true)
        plan.next().shouldBeInstanceOf<Step.Call<String>>()
        fails(SERVER_ERROR)(plan).shouldBeInstanceOf<Step.Pause<String>>()
        breaker("a").fail(2)
        breaker("b").trip()

        val end = plan.next().shouldBeInstanceOf<Step.Degrade<String>>()

        end.failure.attempts shouldBe 1
        end.failure.failures.map { it.failureClass() } shouldContainExactly
          listOf(SERVER_ERROR, REJECTED, REJECTED)
      }
    }

    test("an open circuit is passed over at once, and nobody is asked when all are open") {
      with(PlanFixture()) {
        breaker("a").trip()

        trace(plan(), answers()) shouldContainExactly listOf("b", "return answer")
        breaker("b").trip()
        trace(plan()) shouldContainExactly listOf("throw CircuitOpenException")
        breaker("a").snapshot().rejected() shouldBe 2
      }
    }

    test("attempts are numbered over all models, and each has the time of its model") {
      with(PlanFixture()) {
        val plan = plan()
        val attempts = mutableListOf<Attempt>()
        var step = plan.next()
        while (step is Step.Call || step is Step.Pause) {
          if (step is Step.Call) attempts += step.attempt
          step = if (step is Step.Call) plan.threw(ConnectException()) else plan.next()
        }

        val timeout = Duration.ofSeconds(30)
        val gap = Duration.ofSeconds(60)
        attempts shouldContainExactly
          List(6) {
            val model = if (it < 3) "a" else "b"
            Attempt(model, model, it + 1, timeout, timeout, gap, RequestPatch.none())
          }
      }
    }

    listOf(1 to 500L, 2 to 1000L, 3 to 2000L).forEach { (retry, bound) ->
      test("pause $retry is drawn from the whole range up to $bound ms") {
        val exponential = Retry.builder().maxAttempts(4).build()
        fun pauses(random: RandomGenerator) =
          with(PlanFixture("a", random = random, retry = exponential)) {
            trace(plan(), *Array(4) { fails(RATE_LIMITED) }).filter { it.startsWith("pause") }
          }

        pauses(mostJitter)[retry - 1] shouldBe "pause $bound"
        pauses(leastJitter)[retry - 1] shouldBe "pause 0"
      }
    }

    test("a backoff beyond the longest wait leads to the next model") {
      val slow = PlanFixture.retry { backoff { _, _ -> Duration.ofSeconds(16) } }
      with(PlanFixture(retry = slow)) {
        trace(plan(), fails(SERVER_ERROR), answers()) shouldContainExactly
          listOf("a", "b", "return answer")
      }
    }

    test("a success in a probe closes the circuit, and the call goes on as ever") {
      with(PlanFixture()) {
        breaker("a").trip()
        time.advance(Duration.ofSeconds(10))

        trace(plan(), answers()) shouldContainExactly listOf("a", "return answer")
        breaker("a").isOpen shouldBe false
      }
    }
  })
