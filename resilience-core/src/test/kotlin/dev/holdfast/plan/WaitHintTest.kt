package dev.holdfast.plan

import dev.holdfast.outcome.FailureClass.OVERLOADED
import dev.holdfast.outcome.FailureClass.RATE_LIMITED
import dev.holdfast.testing.Fault
import dev.holdfast.testing.fail
import dev.holdfast.testing.mostJitter
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeInstanceOf
import java.time.Duration
import java.util.random.RandomGenerator

class WaitHintTest :
  FunSpec({
    test("a hint within the longest wait: the pause is never shorter, and the gate is closed") {
      with(PlanFixture()) {
        val plan = plan()
        plan.next()

        val pause = fails(RATE_LIMITED, hintSeconds = 8)(plan)

        pause shouldBe Step.Pause<String>(Duration.ofSeconds(8))
        closed("a") shouldBe Duration.ofSeconds(8)
        breaker("a").failures() shouldBe 0
      }
    }

    test("the jitter lies on top of the hint") {
      with(PlanFixture(random = mostJitter)) {
        val plan = plan()
        plan.next()

        val pause = fails(RATE_LIMITED, hintSeconds = 8)(plan)

        pause.shouldBeInstanceOf<Step.Pause<String>>().duration shouldBe
          Duration.ofMillis(8800).minusNanos(1)
      }
    }

    test("a hint of just the longest wait is waited for, whatever the jitter") {
      val random = RandomGenerator.of("L64X128MixRandom")
      repeat(200) {
        with(PlanFixture(random = random)) {
          val plan = plan()
          plan.next()

          fails(RATE_LIMITED, hintSeconds = 15)(plan).shouldBeInstanceOf<Step.Pause<String>>()
        }
      }
    }

    test("a longer hint: the next model at once, and the gate keeps all other calls away") {
      with(PlanFixture()) {
        trace(plan(), fails(RATE_LIMITED, hintSeconds = 16), answers()) shouldContainExactly
          listOf("a", "b", "return answer")

        trace(plan(), answers()) shouldContainExactly listOf("b", "return answer")
        closed("a") shouldBe Duration.ofSeconds(16)
        time.advance(Duration.ofSeconds(16))
        trace(plan(), answers()) shouldContainExactly listOf("a", "return answer")
      }
    }

    test("a gate that opens within the longest wait is waited for by the other calls") {
      with(PlanFixture()) {
        trace(plan(), fails(RATE_LIMITED, hintSeconds = 16), answers())
        time.advance(Duration.ofSeconds(6))

        trace(plan(), answers()) shouldContainExactly listOf("pause 10000", "a", "return answer")
      }
    }

    test("without another model a closed gate refuses, and says for how long") {
      with(PlanFixture("a")) {
        trace(plan(), fails(RATE_LIMITED, hintSeconds = 40)) shouldContainExactly
          listOf("a", "throw RATE_LIMITED")

        trace(plan()) shouldContainExactly listOf("throw GateClosedException")
        val end = plan(degradable = true).next().shouldBeInstanceOf<Step.Degrade<String>>()
        end.failure.retryAfter() shouldBe Duration.ofSeconds(40)
        end.failure.attempts shouldBe 0
      }
    }

    test("a rate limit never opens a circuit, however often it comes") {
      with(PlanFixture("a")) {
        breaker("a").fail(2)

        repeat(5) {
          trace(plan(), *Array(3) { fails(RATE_LIMITED, hintSeconds = 2) })
          time.advance(Duration.ofSeconds(2))
        }

        breaker("a").failures() shouldBe 2
      }
    }

    test("a rate limit in a probe frees the place and decides nothing") {
      with(PlanFixture("a")) {
        breaker("a").fail(3)
        time.advance(Duration.ofSeconds(10))

        trace(plan(), fails(RATE_LIMITED, hintSeconds = 2), answers()) shouldContainExactly
          listOf("a", "pause 2000", "a", "return answer")
        breaker("a").isOpen shouldBe false
      }
    }

    test("the hint of a failure of another class is obeyed but closes no gate") {
      with(PlanFixture()) {
        trace(plan(), fails(OVERLOADED, hintSeconds = 4), answers()) shouldContainExactly
          listOf("a", "pause 4000", "a", "return answer")
        closed("a") shouldBe Duration.ZERO
      }
    }

    test("the hint of a failure that opens the circuit keeps it open") {
      with(PlanFixture("a")) {
        breaker("a").fail(2)

        trace(plan(), fails(OVERLOADED, hintSeconds = 90))

        breaker("a").retryAfter() shouldBe Duration.ofSeconds(90)
      }
    }

    test("a failure that the breaker's settings exclude does not count, with a hint or without") {
      with(PlanFixture("a", breaker = { countsAsFailure { it !is Fault } })) {
        trace(plan(), fails(OVERLOADED, hintSeconds = 4), fails(OVERLOADED), answers())
        breaker("a").fail(2)

        trace(plan(), fails(OVERLOADED, hintSeconds = 90))

        breaker("a").failures() shouldBe 2
      }
    }

    test("a rate limit without a hint leads to the next model at once, and closes no gate") {
      with(PlanFixture()) {
        trace(plan(), fails(RATE_LIMITED), answers()) shouldContainExactly
          listOf("a", "b", "return answer")
        closed("a") shouldBe Duration.ZERO
      }
    }

    test("a rate limit of the last model without a hint is retried with the backoff") {
      with(PlanFixture("a")) {
        trace(plan(), fails(RATE_LIMITED), answers()) shouldContainExactly
          listOf("a", "pause 1000", "a", "return answer")
        closed("a") shouldBe Duration.ZERO
      }
    }

    listOf(Long.MAX_VALUE, Long.MAX_VALUE / 1_000_000_000, 86_400).forEach { hint ->
      test(
        "a hint of $hint seconds leads to the next model, and keeps the gate closed for an hour"
      ) {
        with(PlanFixture()) {
          trace(plan(), fails(RATE_LIMITED, hintSeconds = hint), answers()) shouldContainExactly
            listOf("a", "b", "return answer")
          closed("a") shouldBe Duration.ofHours(1)
        }
      }
    }

    test("a gate that closes again and again is waited for as often as there are attempts") {
      with(PlanFixture()) {
        val plan = plan()
        val steps =
          List(4) {
            target("a").gate().closeFor(Duration.ofSeconds(5), time.nanoTime())
            val step = plan.next()
            time.advance(Duration.ofSeconds(5))
            step
          }

        steps.take(3).forEach { it.shouldBeInstanceOf<Step.Pause<String>>() }
        steps[3].shouldBeInstanceOf<Step.Call<String>>().attempt.model shouldBe "b"
      }
    }
  })
