package dev.holdfast.plan

import dev.holdfast.breaker.CircuitOpenException
import dev.holdfast.bulkhead.Bulkhead
import dev.holdfast.bulkhead.BulkheadConfig
import dev.holdfast.outcome.Classifier
import dev.holdfast.outcome.Failure
import dev.holdfast.outcome.FailureClass
import dev.holdfast.outcome.FailureClass.INVALID_REQUEST
import dev.holdfast.outcome.FailureClass.MODEL_NOT_FOUND
import dev.holdfast.outcome.FailureClass.OVERLOADED
import dev.holdfast.outcome.FailureClass.RATE_LIMITED
import dev.holdfast.outcome.FailureClass.REJECTED
import dev.holdfast.outcome.FailureClass.SERVER_ERROR
import dev.holdfast.outcome.FailureClass.UNKNOWN
import dev.holdfast.testing.Fault
import dev.holdfast.testing.earlier
import dev.holdfast.testing.leastJitter
import dev.holdfast.testing.trip
import dev.holdfast.testing.withLog
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.ints.shouldBeLessThanOrEqual
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.throwable.shouldHaveMessage
import io.kotest.matchers.types.shouldBeInstanceOf
import io.kotest.matchers.types.shouldBeSameInstanceAs
import java.io.IOException
import java.time.Duration

class PlanEndTest :
  FunSpec({
    fun PlanFixture.end(plan: CallPlan<String>, vararg thrown: Throwable): Step<String> {
      var step = plan.next()
      val left = ArrayDeque(thrown.toList())
      while (step is Step.Call || step is Step.Pause) {
        if (step is Step.Pause) time.advance(step.duration)
        step = if (step is Step.Call) plan.threw(left.removeFirst()) else plan.next()
      }
      return step
    }

    fun once() = PlanFixture.retry { maxAttempts(1) }

    test("the last failure is thrown, with the earlier ones suppressed in order") {
      with(PlanFixture("a b c", retry = once())) {
        val thrown = listOf(Fault(SERVER_ERROR), Fault(UNKNOWN), Fault(OVERLOADED))

        val end = end(plan(), *thrown.toTypedArray()).shouldBeInstanceOf<Step.Throw<String>>()

        end.failure shouldBeSameInstanceAs thrown[2]
        end.failure.earlier() shouldContainExactly thrown.take(2)
      }
    }

    test("a log that cannot be written keeps no slot and no failure back") {
      val bulkhead = Bulkhead.of("chat", BulkheadConfig.builder().maxConcurrentCalls(1).build())
      with(PlanFixture("a", retry = once(), bulkhead = bulkhead)) {
        val thrown = Fault(MODEL_NOT_FOUND)

        withLog("dev.holdfast.plan", { error("a full disk") }) {
          val end = end(plan(), thrown).shouldBeInstanceOf<Step.Throw<String>>()

          end.failure shouldBeSameInstanceAs thrown
          bulkhead.snapshot().running() shouldBe 0
        }
      }
    }

    test("a rejection at the end of the chain is the last failure") {
      with(PlanFixture(retry = once())) {
        breaker("b").trip()
        val thrown = Fault(SERVER_ERROR)

        val end = end(plan(), thrown).shouldBeInstanceOf<Step.Throw<String>>()

        end.failure.shouldBeInstanceOf<CircuitOpenException>().name() shouldBe "b"
        end.failure.earlier() shouldContainExactly listOf(thrown)
      }
    }

    test("a failure that the caller must see carries the earlier ones too") {
      with(PlanFixture(retry = once())) {
        val thrown = listOf(Fault(SERVER_ERROR), Fault(INVALID_REQUEST))

        val end = end(plan(degradable = true), *thrown.toTypedArray())

        val failure = end.shouldBeInstanceOf<Step.Throw<String>>().failure
        failure shouldBeSameInstanceAs thrown[1]
        failure.earlier() shouldContainExactly listOf(thrown[0])
      }
    }

    test("one exception object for all attempts does not suppress itself") {
      with(PlanFixture("a b c")) {
        val shared = Fault(SERVER_ERROR)

        end(plan(), *Array(9) { shared })

        shared.earlier().shouldBeEmpty()
      }
    }

    test("one exception object for all calls does not gather the failures of them all") {
      with(PlanFixture(retry = once(), breaker = { failureThreshold(999) })) {
        val shared = Fault(SERVER_ERROR)

        repeat(300) { end(plan(), Fault(OVERLOADED), shared) }

        shared.suppressed.size shouldBeLessThanOrEqual 16
      }
    }

    test("the degraded answer is told what was asked for, each failure, and the shortest wait") {
      with(PlanFixture("a b c", retry = once())) {
        breaker("b").trip()
        time.advance(Duration.ofSeconds(4))
        val thrown = listOf(Fault(RATE_LIMITED, Duration.ofSeconds(40)), Fault(SERVER_ERROR))

        val end = end(plan(degradable = true), *thrown.toTypedArray())

        val failure = end.shouldBeInstanceOf<Step.Degrade<String>>().failure
        failure.model shouldBe "a"
        failure.attempts shouldBe 2
        failure.failures.map { it.failureClass() } shouldContainExactly
          listOf(RATE_LIMITED, REJECTED, SERVER_ERROR)
        failure.last().cause() shouldBeSameInstanceAs thrown[1]
        failure.retryAfter() shouldBe Duration.ofSeconds(6)
      }
    }

    test("nobody named a wait") {
      with(PlanFixture("a", retry = once())) {
        val end = end(plan(degradable = true), Fault(SERVER_ERROR))

        end.shouldBeInstanceOf<Step.Degrade<String>>().failure.retryAfter().shouldBeNull()
      }
    }

    test("a bad result is a failure of its model, and is returned at the end of the chain") {
      with(PlanFixture("a", breaker = { failureThreshold(9) })) {
        trace(plan(), answers("bad 1"), answers("bad 2"), answers("bad 3")) shouldContainExactly
          listOf("a", "pause 1000", "a", "pause 1000", "a", "return bad 3")
        breaker("a").failures() shouldBe 3
      }
    }

    test("a bad result is not returned when a later attempt threw") {
      with(PlanFixture(retry = once())) {
        trace(plan(), answers("bad"), fails(SERVER_ERROR)) shouldContainExactly
          listOf("a", "b", "throw SERVER_ERROR")
      }
    }

    test("a bad result is returned when the other models only refused") {
      with(PlanFixture(retry = once())) {
        breaker("b").trip()

        trace(plan(), answers("bad")) shouldContainExactly listOf("a", "return bad")
      }
    }

    test("a degraded answer is preferred to a bad result") {
      with(PlanFixture("a", retry = once())) {
        trace(plan(degradable = true), answers("bad")) shouldContainExactly listOf("a", "degrade")
      }
    }

    test("a bad result that the caller must see is returned at once") {
      val invalid =
        object : Classifier<String> by noClassifier() {
          override fun ofResult(result: String) = Failure(INVALID_REQUEST, null, null)
        }
      with(PlanFixture()) {
        trace(plan(degradable = true, classifier = invalid), answers("bad")) shouldContainExactly
          listOf("a", "return bad")
      }
    }

    test("close in the middle of an attempt gives the probe's place back") {
      with(PlanFixture("a")) {
        breaker("a").trip()
        time.advance(Duration.ofSeconds(10))
        val plan = plan()
        plan.next()
        breaker("a").tryAcquire().shouldBeNull()

        plan.close()
        plan.close()

        breaker("a").tryAcquire().shouldNotBeNull()
      }
    }

    test("close before the first step and after the end does nothing") {
      with(PlanFixture()) {
        plan().close()
        val plan = plan()
        trace(plan, answers())

        plan.close()

        breaker("a").failures() shouldBe 0
      }
    }

    val misuse: Map<String, CallPlan<String>.() -> Unit> =
      mapOf(
        "returned" to { returned("answer") },
        "returned, with a bad result" to { returned("bad") },
        "threw" to { threw(IOException()) },
        "timedOut" to { timedOut() },
      )
    misuse.forEach { (name, report) ->
      test("$name before a Call, and a second time after one, is refused") {
        with(PlanFixture("a", retry = once())) {
          shouldThrow<IllegalStateException> { plan().report() }
          val plan = plan(degradable = true)
          plan.next()
          plan.returned("answer")

          shouldThrow<IllegalStateException> { plan.report() }

          breaker("a").failures() shouldBe 0
        }
      }
    }

    test("next while an attempt is under way is refused") {
      with(PlanFixture("a")) {
        val plan = plan()
        plan.next()

        shouldThrow<IllegalStateException> { plan.next() } shouldHaveMessage
          "next() must follow a Pause, but an attempt is under way"

        plan.returned("answer").shouldBeInstanceOf<Step.Return<String>>()
      }
    }

    test("an empty chain is refused") {
      with(PlanFixture()) {
        shouldThrow<IllegalArgumentException> {
          PlanSettings(
            null,
            emptyList(),
            null,
            once(),
            Duration.ofMinutes(2),
            0.0,
            emptySet(),
            leastJitter,
            time,
            CallObserver.NONE,
          )
        } shouldHaveMessage "chain must have at least 1 model, but was empty"
      }
    }
  })

private fun noClassifier() =
  object : Classifier<String> {
    override fun ofException(thrown: Throwable) = Failure.of(FailureClass.UNKNOWN, thrown)
  }
