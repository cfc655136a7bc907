package dev.holdfast.plan

import dev.holdfast.outcome.FailureClass.OVERLOADED
import dev.holdfast.outcome.FailureClass.RATE_LIMITED
import dev.holdfast.outcome.FailureClass.SERVER_ERROR
import dev.holdfast.outcome.FailureClass.UNKNOWN
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeInstanceOf
import java.time.Duration

/** How the time of a call is shared out between the models of its chain. */
class ReservedTimeTest :
  FunSpec({
    fun seconds(seconds: Long) = Duration.ofSeconds(seconds)
    fun Step<String>.timeout() = shouldBeInstanceOf<Step.Call<String>>().attempt.timeout

    test("the last model's share is kept from those before it") {
      with(PlanFixture("a b c", reserved = 0.25)) {
        val plan = plan(deadline = seconds(20))

        plan.next().timeout() shouldBe seconds(15)
        fails(UNKNOWN, afterSeconds = 8)(plan).timeout() shouldBe seconds(7)
        fails(UNKNOWN, afterSeconds = 2)(plan).timeout() shouldBe seconds(10)
      }
    }

    test("when only the last model's share is left, the ones between are passed over") {
      with(PlanFixture("a b c", reserved = 0.25)) {
        trace(plan(deadline = seconds(20)), hangs(15), answers()) shouldContainExactly
          listOf("a", "c", "return answer")
      }
    }

    test("the share is no more than an attempt at the last model may take") {
      with(PlanFixture("a b", attemptTimeout = seconds(2), reserved = 0.9)) {
        val plan = plan(deadline = seconds(60))
        plan.next()

        fails(SERVER_ERROR, afterSeconds = 56)(plan).shouldBeInstanceOf<Step.Pause<String>>()
      }
    }

    test("a wait that would cost the last model its share is not made") {
      with(PlanFixture(reserved = 0.5)) {
        trace(plan(deadline = seconds(20)), fails(RATE_LIMITED, 10), answers()) shouldContainExactly
          listOf("a", "b", "return answer")
        trace(plan(deadline = seconds(20)), answers()) shouldContainExactly
          listOf("b", "return answer")
      }
    }

    test("an only model has all the time, and so has one without a deadline") {
      with(PlanFixture("a", reserved = 0.5)) {
        plan(deadline = seconds(20)).next().timeout() shouldBe seconds(20)
      }
      with(PlanFixture("a b", reserved = 0.5)) { plan().next().timeout() shouldBe seconds(30) }
    }

    test("a model is not waited for if its usual answer would come too late") {
      with(PlanFixture()) {
        val first = plan()
        first.next()
        time.advance(seconds(12))
        first.returned("slow")

        trace(plan(deadline = seconds(15)), fails(OVERLOADED, 4), answers()) shouldContainExactly
          listOf("a", "b", "return answer")
        breaker("a").reset()
        target("a").gate().closedNanos(time.nanoTime()) shouldBe 0
        trace(plan(deadline = seconds(18)), fails(OVERLOADED, 4), answers()) shouldContainExactly
          listOf("a", "pause 4000", "a", "return answer")
      }
    }

    test("what a stream usually takes is measured to its first content") {
      with(PlanFixture()) {
        val plan = plan()
        plan.next()
        time.advance(seconds(2))
        plan.stream().contentArrived()
        time.advance(seconds(100))
        plan.stream().contentArrived()
        plan.returned("long")

        target("a").latency().nanos() shouldBe seconds(2).toNanos()
        plan.record().attempts.single().firstContent shouldBe seconds(2)
      }
    }
  })
