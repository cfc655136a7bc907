package dev.holdfast.plan

import dev.holdfast.outcome.AttemptTimeoutException
import dev.holdfast.outcome.DeadlineExceededException
import dev.holdfast.outcome.FailureClass.TIMED_OUT
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeInstanceOf
import java.time.Duration

/** How long the plan lets a stream wait, and what it makes of a wait that was too long. */
class StreamTimersTest :
  FunSpec({
    fun seconds(count: Long) = Duration.ofSeconds(count)
    val late = PlanFixture.retry { maxAttempts(1) }

    test("a first content that does not come in its time is a timeout of the attempt") {
      with(PlanFixture("a", retry = late, configure = { firstContentTimeout(seconds(7)) })) {
        val plan = plan().begin(0)
        plan.stream().awaitingItem() shouldBe seconds(7)
        time.advance(seconds(7))

        val thrown = plan.stream().stalled().shouldBeInstanceOf<Step.Throw<String>>().failure

        thrown.shouldBeInstanceOf<AttemptTimeoutException>().timeout() shouldBe seconds(7)
        breaker("a").failures() shouldBe 1
        plan.record().attempts.single().failure shouldBe TIMED_OUT
      }
    }

    test("a first content that the deadline cut short says nothing about the model") {
      with(PlanFixture("a b", configure = { firstContentTimeout(seconds(40)) })) {
        val plan = plan(deadline = seconds(20)).begin(0)
        plan.stream().awaitingItem() shouldBe seconds(20)
        time.advance(seconds(20))

        plan
          .stream()
          .stalled()
          .shouldBeInstanceOf<Step.Throw<String>>()
          .failure
          .shouldBeInstanceOf<DeadlineExceededException>()

        breaker("a").failures() shouldBe 0
      }
    }

    test(
      "items that are no content do not prolong the wait for one, the time of the consumer does"
    ) {
      with(PlanFixture("a", configure = { streamGap(seconds(10)) })) {
        val plan = plan().begin(0)
        val stream = plan.stream()
        stream.awaitingItem() shouldBe seconds(30)
        time.advance(seconds(4))
        stream.itemArrived()
        time.advance(seconds(100))
        stream.awaitingItem() shouldBe seconds(26)
        time.advance(seconds(1))
        plan.stream().contentArrived()
        time.advance(seconds(100))
        stream.awaitingItem() shouldBe seconds(10)
        time.advance(seconds(3))
        stream.itemArrived()
        stream.awaitingItem() shouldBe seconds(7)
        time.advance(seconds(1))
        stream.awaitingItem() shouldBe seconds(6)
        plan.stream().contentArrived()
        stream.awaitingItem() shouldBe seconds(10)
      }
    }

    test("a gap after content is an interruption that counts, even if it is a short one") {
      with(PlanFixture("a", configure = { streamGap(seconds(2)) })) {
        val plan = plan(deadline = seconds(100)).begin()
        plan.stream().awaitingItem() shouldBe seconds(2)
        time.advance(seconds(2))

        val cause = plan.stream().stalled().interruption().cause

        cause.shouldBeInstanceOf<AttemptTimeoutException>().timeout() shouldBe seconds(2)
        breaker("a").failures() shouldBe 1
      }
    }

    test("the deadline in the middle of a stream says nothing about the model") {
      with(PlanFixture("a")) {
        val plan = plan(deadline = seconds(20), degradable = true).begin()
        plan.stream().awaitingItem() shouldBe seconds(20)
        time.advance(seconds(15))
        plan.stream().contentArrived()
        plan.stream().awaitingConsumer() shouldBe seconds(5)
        plan.stream().awaitingItem() shouldBe seconds(5)
        time.advance(seconds(5))

        val shown = plan.stream().stalled().interruption()

        shown.cause.shouldBeInstanceOf<DeadlineExceededException>()
        breaker("a").failures() shouldBe 0
        plan.record().wasInterrupted() shouldBe true
      }
    }

    test("the time that is kept for the last model is not kept from a stream that has begun") {
      with(PlanFixture("a b", reserved = 0.5, configure = { streamGap(seconds(90)) })) {
        val plan = plan(deadline = seconds(40)).begin(0)
        plan.stream().awaitingItem() shouldBe seconds(20)
        plan.stream().contentArrived()
        plan.stream().awaitingItem() shouldBe seconds(40)
      }
    }

    test("a hanging stream is tried again if the first contents of both models fit") {
      with(PlanFixture("a b", configure = { firstContentTimeout(seconds(5)) })) {
        val hang: Report = {
          time.advance(stream().awaitingItem())
          stream().stalled()
        }
        trace(plan(deadline = seconds(20)), hang, hang, answers()) shouldContainExactly
          listOf("a", "pause 1000", "a", "b", "return answer")
      }
    }

    test("without a deadline a stream waits as long as its model may") {
      with(PlanFixture("a")) {
        val plan = plan().begin()
        plan.stream().awaitingItem() shouldBe seconds(60)
        plan.stream().awaitingConsumer() shouldBe Duration.ofNanos(Long.MAX_VALUE)
        plan.stream().stalled().interruption().cause.shouldBeInstanceOf<AttemptTimeoutException>()
      }
    }
  })
