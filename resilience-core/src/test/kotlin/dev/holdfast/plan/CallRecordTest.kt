package dev.holdfast.plan

import dev.holdfast.bulkhead.Bulkhead
import dev.holdfast.bulkhead.BulkheadConfig
import dev.holdfast.bulkhead.BulkheadFullException
import dev.holdfast.outcome.FailureClass.CONNECTION_LOST
import dev.holdfast.outcome.FailureClass.OVERLOADED
import dev.holdfast.outcome.FailureClass.RATE_LIMITED
import dev.holdfast.outcome.FailureClass.REJECTED
import dev.holdfast.outcome.FailureClass.SERVER_ERROR
import dev.holdfast.plan.CallRecord.Ending
import dev.holdfast.testing.Fault
import dev.holdfast.testing.fail
import dev.holdfast.testing.trip
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldNotContain
import io.kotest.matchers.types.shouldBeInstanceOf
import io.kotest.matchers.types.shouldBeSameInstanceAs
import java.io.IOException
import java.time.Duration

/** What the record of a call tells, and what plans hold of bulkheads. */
class CallRecordTest :
  FunSpec({
    fun seconds(seconds: Long) = Duration.ofSeconds(seconds)

    test("the record tells each attempt, each wait and its source, and who answered") {
      with(PlanFixture()) {
        val plan = plan(deadline = seconds(100))
        trace(
          plan,
          fails(OVERLOADED, afterSeconds = 2),
          fails(RATE_LIMITED, hintSeconds = 4, afterSeconds = 1),
          fails(RATE_LIMITED, hintSeconds = 60),
          { returned("b's") },
        )
        plan.close()

        val record = ended.single()
        record.feature shouldBe "chat"
        record.requested shouldBe "a"
        record.served shouldBe "b"
        record.fellBack() shouldBe true
        record.ending shouldBe Ending.ANSWERED
        record.took shouldBe seconds(8)
        record.deadlineLeft shouldBe seconds(92)
        record.attempts.map { "${it.model} ${it.number} ${it.failure}" } shouldContainExactly
          listOf("a 1 OVERLOADED", "a 2 RATE_LIMITED", "a 3 RATE_LIMITED", "b 4 null")
        record.attempts.map { it.waits } shouldContainExactly
          listOf(
            listOf(),
            listOf(CallWait(seconds(1), WaitSource.BACKOFF)),
            listOf(CallWait(seconds(4), WaitSource.HINT)),
            listOf(),
          )
        record.attempts.map { it.took.seconds } shouldContainExactly listOf(2, 1, 0, 0)
        record.attempts.map { it.hint?.seconds } shouldContainExactly listOf(null, 4, 60, null)
      }
    }

    test("a model that is not asked is told as a rejection, with the wait at its gate") {
      with(PlanFixture("a b c")) {
        breaker("a").trip()
        target("b").gate().closeFor(seconds(5), time.nanoTime())
        val plan = plan()

        trace(plan, answers())
        plan.close()

        ended.single().attempts.map {
          "${it.model} ${it.number} ${it.failure}"
        } shouldContainExactly listOf("a 0 REJECTED", "b 1 null")
        ended.single().attempts.last().waits shouldContainExactly
          listOf(CallWait(seconds(5), WaitSource.GATE))
      }
    }

    test("a wait that follows another one is told beside it") {
      with(PlanFixture("a")) {
        val plan = plan()
        plan.next()
        fails(OVERLOADED)(plan).shouldBeInstanceOf<Step.Pause<String>>()
        target("a").gate().closeFor(seconds(6), time.nanoTime())
        time.advance(seconds(1))
        plan.next().shouldBeInstanceOf<Step.Pause<String>>()
        time.advance(seconds(5))
        plan.next().shouldBeInstanceOf<Step.Call<String>>()

        val last = plan.record().attempts.last()
        last.waits shouldContainExactly
          listOf(CallWait(seconds(1), WaitSource.BACKOFF), CallWait(seconds(5), WaitSource.GATE))
        last.waited() shouldBe seconds(6)
      }
    }

    test("a probe is told as one") {
      with(PlanFixture("a")) {
        breaker("a").trip()
        time.advance(seconds(10))
        val plan = plan()
        trace(plan, answers())

        plan.record().attempts.single().probe shouldBe true
      }
    }

    test("attempts without an answer that may be billed are counted") {
      with(PlanFixture("a", retry = PlanFixture.retry { maxAttempts(5) })) {
        val plan = plan()

        trace(plan, fails(CONNECTION_LOST), hangs(30))

        plan.record().possiblyBilled() shouldBe 2
      }
    }

    test("an exception carries the record, which names no message") {
      with(PlanFixture("a", retry = PlanFixture.retry { maxAttempts(1) })) {
        val thrown = Fault(SERVER_ERROR)
        plan().use { plan ->
          plan.next()
          plan.threw(thrown).shouldBeInstanceOf<Step.Throw<String>>()
        }

        val record = CallRecord.of(thrown)
        record shouldBe ended.single()
        record?.ending shouldBe Ending.FAILED
        CallRecord.of(IllegalStateException()).shouldBeNull()
        CallTrace::class
          .java
          .getMethod("getMessage")
          .invoke(thrown.suppressed.single())
          .toString() shouldNotContain "Fault"
      }
    }

    test("an exception carries the record however many failures came before it") {
      with(
        PlanFixture(
          "a",
          retry = PlanFixture.retry { maxAttempts(20) },
          breaker = { failureThreshold(100) },
        )
      ) {
        val last = Fault(SERVER_ERROR)

        plan().use { plan -> trace(plan, *Array(19) { fails(SERVER_ERROR) }, { threw(last) }) }

        CallRecord.of(last)?.attempts?.size shouldBe 20
        last.suppressed.first().shouldBeInstanceOf<Fault>()
      }
    }

    test("a call whose caller gave up is told once, with the attempt that was under way") {
      with(PlanFixture()) {
        val plan = plan()
        plan.next()

        plan.close()
        plan.close()

        ended.single().ending shouldBe Ending.CANCELLED
        ended.single().attempts.single().model shouldBe "a"
        breaker("a").snapshot().failures shouldBe 0
      }
    }

    test("a degraded answer that fails is a failed call") {
      with(PlanFixture("a", retry = PlanFixture.retry { maxAttempts(1) })) {
        val good = plan(degradable = true)
        trace(good, fails(SERVER_ERROR))
        good.close()
        val bad = plan(degradable = true)
        trace(bad, fails(SERVER_ERROR))
        val thrown = IOException("no cache")
        bad.endsBy(thrown) shouldBeSameInstanceAs thrown
        bad.close()

        CallRecord.of(thrown).shouldNotBeNull().ending shouldBe Ending.FAILED

        ended.map { it.ending } shouldContainExactly listOf(Ending.DEGRADED, Ending.FAILED)
      }
    }

    test("each attempt has a slot of the bulkhead, which no wait holds") {
      val bulkhead = Bulkhead.of("chat", BulkheadConfig.builder().maxConcurrentCalls(1).build())
      with(PlanFixture("a b", bulkhead = bulkhead)) {
        val plan = plan()
        val running = { bulkhead.snapshot().running }
        plan.next().shouldBeInstanceOf<Step.Call<String>>()
        running() shouldBe 1
        fails(SERVER_ERROR)(plan).shouldBeInstanceOf<Step.Pause<String>>()
        running() shouldBe 0

        plan.next().shouldBeInstanceOf<Step.Call<String>>()
        running() shouldBe 1
        plan.close()
        running() shouldBe 0
      }
    }

    test("a call waits for a slot only if none is free") {
      val bulkhead = Bulkhead.of("chat", BulkheadConfig.builder().maxConcurrentCalls(1).build())
      with(PlanFixture("a", bulkhead = bulkhead)) {
        val other = bulkhead.acquire()
        val plan = plan()
        val wait = plan.next().shouldBeInstanceOf<Step.Enter<String>>()

        other.close()
        plan.entered(wait.bulkhead.acquire()).shouldBeInstanceOf<Step.Call<String>>()
        bulkhead.snapshot().running shouldBe 1
        bulkhead.snapshot().rejected shouldBe 0
        answers()(plan)
        bulkhead.snapshot().running shouldBe 0
      }
    }

    test("a slot is kept on the way to the next model, and given back if none admits the call") {
      val bulkhead = Bulkhead.of("chat", BulkheadConfig.builder().maxConcurrentCalls(1).build())
      with(PlanFixture("a b c", bulkhead = bulkhead)) {
        breaker("a").trip()
        breaker("b").trip()
        breaker("c").fail(2)

        trace(plan(), answers()) shouldContainExactly listOf("c", "return answer")
        breaker("c").trip()
        plan().use { trace(it) shouldContainExactly listOf("throw CircuitOpenException") }

        bulkhead.snapshot().running shouldBe 0
      }
    }

    test("a bulkhead that refuses ends the call, and speaks of no model") {
      val one = BulkheadConfig.builder().maxConcurrentCalls(1).maxQueue(0).build()
      with(PlanFixture(bulkhead = Bulkhead.of("chat", one))) {
        val refusal = BulkheadFullException::class.java
        plan().next()
        val plan = plan()
        val enter = plan.next().shouldBeInstanceOf<Step.Enter<String>>()
        val full = shouldThrow<BulkheadFullException> { enter.bulkhead.acquire() }

        val end = plan.refused(full).shouldBeInstanceOf<Step.Throw<String>>()

        end.failure::class.java shouldBe refusal
        plan.record().attempts.map { it.failure } shouldContainExactly listOf(REJECTED)
        plan.record().attempts.filter { it.number > 0 }.shouldBeEmpty()
        breaker("a").snapshot().calls shouldBe 0
      }
    }
  })
