package dev.holdfast.bulkhead

import dev.holdfast.testing.BreakableTime
import dev.holdfast.testkit.ManualTime
import dev.holdfast.time.ScheduledTask
import dev.holdfast.time.Time
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeSameInstanceAs
import java.time.Duration
import java.util.concurrent.CompletableFuture

private val broken = IllegalStateException("broken")

/** A clock whose tasks cannot be cancelled. Something happens when it is given one. */
private class StubbornTime(val manual: ManualTime = ManualTime()) : Time by manual {
  var onSchedule: () -> Unit = {}

  override fun schedule(delay: Duration, task: Runnable): ScheduledTask {
    manual.schedule(delay, task)
    onSchedule()
    return ScheduledTask { throw broken }
  }
}

/** No slot is lost to a clock that throws, and no future is lost to its caller. */
class BrokenTimersTest :
  FunSpec({
    Face.entries.forEach { face ->
      test("$face: whose alarm cannot be cancelled has its slot, and gives it back") {
        val time = StubbornTime()
        val bulkhead = testBulkhead(time)
        val slot = bulkhead.acquire()
        val guest = face.enter(bulkhead)

        slot.close()
        guest.awaitStart()
        guest.finish()

        bulkhead.shouldBeWhole()
        time.manual.advance(Duration.ofMinutes(1))
        bulkhead.shouldBeWhole()
      }

      test("$face: whose alarm cannot be cancelled may give up") {
        val bulkhead = testBulkhead(StubbornTime())
        val slot = bulkhead.acquire()
        val guest = face.enter(bulkhead)

        guest.cancel()
        guest.awaitFailure()
        slot.close()

        bulkhead.shouldBeWhole()
      }
    }

    test("a future that is handed its slot while its alarm is set has it") {
      val time = StubbornTime()
      val bulkhead = testBulkhead(time)
      time.onSchedule = bulkhead.acquire()::close

      bulkhead.acquireAsync().join().close()
      time.onSchedule = bulkhead.acquire()::close
      bulkhead.callAsync { CompletableFuture.completedFuture("answer") }.join() shouldBe "answer"

      bulkhead.shouldBeWhole()
    }

    test("a clock that cannot be read fails the future of who would have to wait, and it alone") {
      val time = BreakableTime(broken)
      val bulkhead = testBulkhead(time)
      val slot = bulkhead.acquire()
      val waiting = bulkhead.acquireAsync()
      time.isBroken = true

      val turn = bulkhead.acquireAsync()
      val answer = bulkhead.callAsync { CompletableFuture.completedFuture("answer") }

      turn.handle { _, thrown -> thrown }.join() shouldBeSameInstanceAs broken
      answer.handle { _, thrown -> thrown }.join() shouldBeSameInstanceAs broken
      slot.close()
      waiting.join().close()
      bulkhead.shouldBeWhole()
    }
  })
