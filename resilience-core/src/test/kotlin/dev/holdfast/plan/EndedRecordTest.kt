package dev.holdfast.plan

import dev.holdfast.bulkhead.Bulkhead
import dev.holdfast.bulkhead.BulkheadConfig
import dev.holdfast.outcome.FailureClass.OVERLOADED
import dev.holdfast.outcome.FailureClass.RATE_LIMITED
import dev.holdfast.plan.CallRecord.Ending
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeInstanceOf
import java.time.Duration

/** What the record tells of a call that ended in a wait, and that it does not change after. */
class EndedRecordTest :
  FunSpec({
    fun seconds(seconds: Long) = Duration.ofSeconds(seconds)

    fun told(record: CallRecord) =
      record.attempts.map {
        val waits = it.waits.map { wait -> "${wait.duration.seconds} ${wait.source}" }
        "${it.model} ${it.number} ${it.failure} after ${waits.ifEmpty { listOf("no wait") }.joinToString()}"
      }

    test("a pause that the call ended in is told with what was waited of it") {
      with(PlanFixture()) {
        plan().use { plan ->
          plan.next()
          fails(RATE_LIMITED, hintSeconds = 9)(plan).shouldBeInstanceOf<Step.Pause<String>>()
          time.advance(seconds(4))
        }

        val record = ended.single()
        told(record) shouldContainExactly
          listOf("a 1 RATE_LIMITED after no wait", "a 0 null after 4 HINT")
        record.attempts.last().took shouldBe Duration.ZERO
        record.ending shouldBe Ending.CANCELLED
        record.possiblyBilled() shouldBe 0
      }
    }

    test("a wait for a gate that the call ended in is told although nothing was asked") {
      with(PlanFixture()) {
        target("a").gate().closeFor(seconds(9), time.nanoTime())
        plan().use { plan ->
          plan.next().shouldBeInstanceOf<Step.Pause<String>>()
          time.advance(seconds(2))
        }

        told(ended.single()) shouldContainExactly listOf("a 0 null after 2 GATE")
      }
    }

    test("of a pause that was over before the call ended no more is told than it took") {
      val bulkhead = Bulkhead.of("chat", BulkheadConfig.builder().maxConcurrentCalls(1).build())
      with(PlanFixture("a", bulkhead = bulkhead)) {
        plan().use { plan ->
          plan.next()
          fails(OVERLOADED)(plan).shouldBeInstanceOf<Step.Pause<String>>()
          time.advance(seconds(1))
          bulkhead.acquire()
          plan.next().shouldBeInstanceOf<Step.Enter<String>>()
          time.advance(seconds(5))
        }

        told(ended.single()) shouldContainExactly
          listOf("a 1 OVERLOADED after no wait", "a 0 null after 1 BACKOFF, 5 BULKHEAD")
      }
    }

    test("a record that is asked for later tells the moment in which the call was answered") {
      with(PlanFixture()) {
        plan().use { plan ->
          plan.next()
          time.advance(seconds(2))
          plan.returned("answer")
          val later = plan.recordLater()
          time.advance(seconds(60))

          val record = later.get()
          record.took shouldBe seconds(2)
          record.attempts.single().took shouldBe seconds(2)
        }
      }
    }

    test("a wait belongs to the attempt after it, and is not told twice") {
      with(PlanFixture()) {
        plan().use { plan ->
          plan.next()
          fails(OVERLOADED)(plan)
          time.advance(seconds(1))
          plan.next()
        }

        told(ended.single()) shouldContainExactly
          listOf("a 1 OVERLOADED after no wait", "a 2 null after 1 BACKOFF")
      }
    }

    test("the record of a call that has ended does not change any more") {
      with(PlanFixture()) {
        val plan = plan(deadline = seconds(100))
        trace(plan, fails(OVERLOADED, afterSeconds = 2), answers())
        val before = plan.record()
        plan.close()
        time.advance(seconds(50))

        plan.record() shouldBe before
        before.took shouldBe seconds(3)
      }
    }

    test("a record is as the call is now until it ends") {
      with(PlanFixture()) {
        val plan = plan()
        plan.next()
        time.advance(seconds(2))
        plan.record().took shouldBe seconds(2)
        time.advance(seconds(2))
        plan.record().took shouldBe seconds(4)
        plan.returned("answer")
        plan.record().served shouldBe "a"
      }
    }
  })
