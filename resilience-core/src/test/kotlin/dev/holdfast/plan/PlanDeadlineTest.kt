package dev.holdfast.plan

import dev.holdfast.outcome.AttemptTimeoutException
import dev.holdfast.outcome.DeadlineExceededException
import dev.holdfast.outcome.FailureClass.RATE_LIMITED
import dev.holdfast.outcome.FailureClass.SERVER_ERROR
import dev.holdfast.testing.SteppingTime
import dev.holdfast.testing.fail
import dev.holdfast.testing.trip
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeInstanceOf
import java.time.Duration
import java.util.concurrent.atomic.AtomicLong

class PlanDeadlineTest :
  FunSpec({
    fun seconds(seconds: Long) = Duration.ofSeconds(seconds)

    data class Row(val deadline: Duration, val pauses: Boolean)
    listOf(
        Row(seconds(2).plusNanos(1), true),
        Row(seconds(2), false),
        Row(seconds(2).minusNanos(1), false),
      )
      .forEach { row ->
        test("1 s of 1 s backoff after 1 s of ${row.deadline}: the wait must end before it") {
          with(PlanFixture()) {
            val plan = plan(deadline = row.deadline)
            plan.next()

            val step = fails(SERVER_ERROR, afterSeconds = 1)(plan)

            if (row.pauses) step.shouldBeInstanceOf<Step.Pause<String>>()
            else step.shouldBeInstanceOf<Step.Call<String>>().attempt.model shouldBe "b"
          }
        }
      }

    test("a hint that does not fit leads to the next model at once") {
      with(PlanFixture()) {
        trace(plan(deadline = seconds(5)), fails(RATE_LIMITED, 5), answers()) shouldContainExactly
          listOf("a", "b", "return answer")
      }
    }

    test("a closed gate that opens too late is passed over") {
      with(PlanFixture()) {
        target("a").gate().closeFor(seconds(5), time.nanoTime())

        trace(plan(deadline = seconds(5)), answers()) shouldContainExactly
          listOf("b", "return answer")
      }
    }

    test("an attempt has the rest of the time if that is less than its own") {
      with(PlanFixture()) {
        val plan = plan(deadline = seconds(40))
        plan.next().shouldBeInstanceOf<Step.Call<String>>().attempt.timeout shouldBe seconds(30)
        fails(SERVER_ERROR, afterSeconds = 25)(plan)
        time.advance(seconds(1))

        plan.next().shouldBeInstanceOf<Step.Call<String>>().attempt.timeout shouldBe seconds(14)
      }
    }

    test("when the time is over before any attempt, that is the failure") {
      with(PlanFixture()) {
        val plan = plan(deadline = seconds(5))
        time.advance(seconds(5))

        trace(plan) shouldContainExactly listOf("throw DeadlineExceededException")
      }
    }

    test("when the time is over after refusals only, they are suppressed") {
      with(PlanFixture()) {
        breaker("b").trip()
        val plan = plan(deadline = seconds(5))
        target("a").gate().closeFor(seconds(3), time.nanoTime())
        plan.next().shouldBeInstanceOf<Step.Pause<String>>()
        time.advance(seconds(6))

        plan
          .next()
          .shouldBeInstanceOf<Step.Throw<String>>()
          .failure
          .shouldBeInstanceOf<DeadlineExceededException>()
      }
    }

    test("when the time is over after an attempt, that is the last failure") {
      with(PlanFixture()) {
        val plan = plan(deadline = seconds(35))

        val steps = trace(plan, fails(SERVER_ERROR, afterSeconds = 10), hangs(24))

        steps shouldContainExactly listOf("a", "pause 1000", "a", "throw DeadlineExceededException")
      }
    }

    test("at the end of the time the degraded answer is told of the attempt, and of the end") {
      with(PlanFixture()) {
        val plan = plan(deadline = seconds(20), degradable = true)
        plan.next()

        val end = hangs(20)(plan).shouldBeInstanceOf<Step.Degrade<String>>()

        val (attempt, over) = end.failure.failures.map { it.cause() }
        attempt.shouldBeInstanceOf<AttemptTimeoutException>()
        over.shouldBeInstanceOf<DeadlineExceededException>()
        end.failure.attempts shouldBe 1
      }
    }

    test("a bad result is returned when the time is over before the next model is asked") {
      with(PlanFixture()) {
        val plan = plan(deadline = seconds(20))
        plan.next()
        time.advance(seconds(20))

        plan.returned("bad") shouldBe Step.Return("bad")
      }
    }

    test("an attempt that had all its time counts against its model") {
      with(PlanFixture()) {
        trace(plan(deadline = seconds(50)), hangs(30), hangs(19))

        breaker("a").failures() shouldBe 1
      }
    }

    test("an attempt that the deadline cut short says nothing about its model") {
      with(PlanFixture()) {
        breaker("a").fail(2)

        trace(plan(deadline = seconds(20)), hangs(20)) shouldContainExactly
          listOf("a", "throw DeadlineExceededException")

        breaker("a").failures() shouldBe 2
      }
    }

    test("a timeout of a call inside the attempt counts against its model, however short it was") {
      with(PlanFixture("a")) {
        plan().use { plan ->
          plan.next()
          plan.threw(AttemptTimeoutException("inner", Duration.ofMillis(1)))
        }

        breaker("a").failures() shouldBe 1
      }
    }

    test("a probe that the deadline cut short gives its place back") {
      with(PlanFixture("a")) {
        breaker("a").trip()
        time.advance(seconds(10))

        trace(plan(deadline = seconds(20)), hangs(20))

        breaker("a").tryAcquire().shouldNotBeNull()
      }
    }

    test("a hanging model counts when the deadline is as long as the attempt may take") {
      val ticks = AtomicLong()
      val clock = SteppingTime { ticks.addAndGet(1000) }
      with(PlanFixture("a", clock = clock)) {
        val plan = plan(deadline = seconds(30))
        val call = plan.next().shouldBeInstanceOf<Step.Call<String>>()
        ticks.addAndGet(call.attempt.timeout.toNanos())

        plan.timedOut()

        breaker("a").failures() shouldBe 1
      }
    }

    test("without a deadline an attempt has its own time, whenever it starts") {
      with(PlanFixture()) {
        time.advance(Duration.ofDays(300))

        plan().next().shouldBeInstanceOf<Step.Call<String>>().attempt.timeout shouldBe seconds(30)
      }
    }
  })
