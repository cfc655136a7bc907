package dev.holdfast.bulkhead

import dev.holdfast.testkit.ManualTime
import dev.holdfast.time.ScheduledTask
import dev.holdfast.time.Time
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.throwable.shouldHaveMessage
import java.time.Duration
import java.util.concurrent.CompletableFuture

/** A clock at which something happens when it is read, and when it is given a task. */
private class EventfulTime(private val manual: ManualTime = ManualTime()) : Time by manual {
  var onRead: () -> Unit = {}
  var onSchedule: () -> Unit = {}

  override fun nanoTime(): Long {
    onRead()
    return manual.nanoTime()
  }

  override fun schedule(delay: Duration, task: Runnable): ScheduledTask {
    onSchedule()
    return manual.schedule(delay, task)
  }

  fun scheduled() = manual.scheduled()
}

/** A slot that becomes free in the very moment in which somebody begins or ceases to wait. */
class HandoverMomentsTest :
  FunSpec({
    test("an answer and its exception come through") {
      val bulkhead = testBulkhead()

      bulkhead.call<String, Exception> { "answer" } shouldBe "answer"
      shouldThrow<IllegalStateException> { bulkhead.call<Unit, Exception> { error("mine") } }
        .shouldHaveMessage("mine")

      bulkhead.shouldBeWhole()
    }

    test("a slot that becomes free before the caller is in the line is taken at once") {
      val time = EventfulTime()
      val bulkhead = testBulkhead(time)
      val blocking = bulkhead.acquire()
      time.onRead = blocking::close

      val taken = bulkhead.acquire()
      time.onRead = taken::close
      val later = bulkhead.acquireAsync()

      later.isDone shouldBe true
      time.scheduled() shouldBe 0
      bulkhead.snapshot().running() shouldBe 1
      time.onRead = {}
      later.join().close()
      bulkhead.shouldBeWhole()
    }

    test("a thread whose clock breaks gives back the slot that it was handed before") {
      val time = EventfulTime()
      val bulkhead = testBulkhead(time)
      val slot = bulkhead.acquire()
      time.onSchedule = {
        slot.close()
        error("no timers today")
      }

      shouldThrow<IllegalStateException> { bulkhead.acquire() }

      bulkhead.shouldBeWhole()
    }

    test("a thread that is handed its slot while its alarm is set does not wait") {
      val time = EventfulTime()
      val bulkhead = testBulkhead(time)
      val slot = bulkhead.acquire()
      time.onSchedule = slot::close

      bulkhead.acquire().close()

      time.scheduled() shouldBe 0
      bulkhead.shouldBeWhole()
    }

    test("a thread that is handed its slot in the moment in which its wait ends has it") {
      val manual = ManualTime()
      val time = EventfulTime(manual)
      val bulkhead = testBulkhead(time)
      val slot = bulkhead.acquire()
      var reads = 0
      time.onRead = {
        // The first reading begins the wait, the second one would end it.
        if (++reads == 2) {
          slot.close()
          manual.advance(Duration.ofMinutes(1))
        }
      }

      bulkhead.acquire().close()

      bulkhead.snapshot().rejected() shouldBe 0
      bulkhead.shouldBeWhole()
    }

    test("a future that is handed its slot while its alarm is set leaves no alarm") {
      val time = EventfulTime()
      val bulkhead = testBulkhead(time)
      val slot = bulkhead.acquire()
      time.onSchedule = slot::close

      val later = bulkhead.acquireAsync()

      later.isDone shouldBe true
      time.scheduled() shouldBe 0
      later.join().close()
      bulkhead.shouldBeWhole()
    }

    test("a slot handed to a future that was just cancelled goes back") {
      val bulkhead = testBulkhead()
      val slot = bulkhead.acquire()
      val turn = bulkhead.acquireAsync()
      // Runs when the future is cancelled already and still in the line.
      turn.whenComplete { _, _ -> slot.close() }

      turn.cancel(false)

      bulkhead.shouldBeWhole()
    }

    test("a slot handed to a call that was just cancelled goes back, and the call is not made") {
      val bulkhead = testBulkhead()
      val slot = bulkhead.acquire()
      var made = false
      val answer =
        bulkhead.callAsync {
          made = true
          CompletableFuture.completedFuture("answer")
        }
      answer.whenComplete { _, _ -> slot.close() }

      answer.cancel(false)

      made shouldBe false
      bulkhead.shouldBeWhole()
    }
  })
