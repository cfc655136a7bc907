package dev.holdfast.bulkhead

import dev.holdfast.testkit.ManualTime
import dev.holdfast.time.Deadline
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.longs.shouldBeLessThan
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.throwable.shouldHaveMessage
import io.kotest.matchers.types.shouldBeInstanceOf
import io.kotest.matchers.types.shouldBeSameInstanceAs
import java.io.IOException
import java.time.Duration

class FacesTest :
  FunSpec({
    data class Scenario(val name: String, val thrown: Throwable)

    val failures =
      listOf(
        Scenario("an exception", IllegalStateException("down")),
        Scenario("a checked exception", IOException("down")),
        Scenario("an Error", AssertionError("down")),
      )

    Face.entries.forEach { face ->
      test("$face: a call runs in a slot and gives it back") {
        val bulkhead = testBulkhead()

        val guest = face.enter(bulkhead)

        guest.awaitStart()
        bulkhead.snapshot().running() shouldBe 1
        guest.finish()
        bulkhead.shouldBeWhole()
      }

      failures.forEach { (name, thrown) ->
        test("$face: $name reaches the caller as it is, and the slot is given back") {
          val bulkhead = testBulkhead()
          val guest = face.enter(bulkhead)

          guest.end.completeExceptionally(thrown)

          guest.awaitFailure() shouldBeSameInstanceAs thrown
          bulkhead.shouldBeWhole()
        }
      }

      test("$face: refused at once if it may not wait") {
        val bulkhead = testBulkhead { maxWait(Duration.ZERO) }
        val slot = bulkhead.acquire()

        val guest = face.enter(bulkhead)

        guest.awaitFailure().shouldBeInstanceOf<BulkheadFullException>() shouldHaveMessage
          "Bulkhead 'summaries' is full: limit 1, running 1, queued 0; waited PT0S"
        guest.isStarted shouldBe false
        slot.close()
        bulkhead.shouldBeWhole()
      }

      test("$face: refused at once if the line is full") {
        val bulkhead = testBulkhead { maxQueue(1) }
        val running = face.enter(bulkhead)
        val waiting = face.enter(bulkhead)

        val refused = face.enter(bulkhead)

        refused.awaitFailure().shouldBeInstanceOf<BulkheadFullException>() shouldHaveMessage
          "Bulkhead 'summaries' is full: limit 1, running 1, queued 1; waited PT0S"
        running.finish()
        waiting.awaitStart()
        waiting.finish()
        bulkhead.shouldBeWhole()
      }

      test("$face: nobody waits in a line of length zero") {
        val bulkhead = testBulkhead { maxQueue(0) }
        bulkhead.acquire()

        face.enter(bulkhead).awaitFailure().shouldBeInstanceOf<BulkheadFullException>()

        bulkhead.snapshot().queued() shouldBe 0
      }

      test("$face: waits for a slot and gets the one that is given back") {
        val time = ManualTime()
        val bulkhead = testBulkhead(time)
        val slot = bulkhead.acquire()
        val guest = face.enter(bulkhead)
        bulkhead.snapshot() shouldBe BulkheadSnapshot("summaries", 1, 1, 1, 0)

        slot.close()

        guest.awaitStart()
        bulkhead.snapshot() shouldBe BulkheadSnapshot("summaries", 1, 1, 0, 0)
        guest.finish()
        bulkhead.shouldBeWhole()
        awaitUntil { time.scheduled() == 0 }
      }

      test("$face: refused after maxWait, and forgotten") {
        val time = ManualTime()
        val bulkhead = testBulkhead(time)
        val slot = bulkhead.acquire()
        val guest = face.enter(bulkhead)
        time.advance(Duration.ofMillis(4999))
        guest.isOver shouldBe false

        time.advance(Duration.ofMillis(1))

        guest.awaitFailure().shouldBeInstanceOf<BulkheadFullException>() shouldHaveMessage
          "Bulkhead 'summaries' is full: limit 1, running 1, queued 0; waited PT5S"
        guest.isStarted shouldBe false
        awaitUntil { time.scheduled() == 0 }
        slot.close()
        bulkhead.shouldBeWhole()
      }

      test("$face: waits no longer than until its deadline") {
        val time = ManualTime()
        val bulkhead = testBulkhead(time)
        bulkhead.acquire()
        val guest = face.enter(bulkhead, time.deadlineIn(2))
        time.advance(Duration.ofMillis(1999))
        guest.isOver shouldBe false

        time.advance(Duration.ofMillis(1))

        guest.awaitFailure().shouldBeInstanceOf<BulkheadFullException>().waited() shouldBe
          Duration.ofSeconds(2)
      }

      test("$face: waits no longer than maxWait although its deadline is later") {
        val time = ManualTime()
        val bulkhead = testBulkhead(time)
        bulkhead.acquire()
        val guest = face.enter(bulkhead, time.deadlineIn(3600))

        time.advance(Duration.ofSeconds(5))

        guest.awaitFailure().shouldBeInstanceOf<BulkheadFullException>().waited() shouldBe
          Duration.ofSeconds(5)
      }

      test("$face: does not wait at all when its deadline has passed") {
        val time = ManualTime()
        val bulkhead = testBulkhead(time)
        bulkhead.acquire()
        val deadline = time.deadlineIn(1)
        time.advance(Duration.ofSeconds(1))

        val guest = face.enter(bulkhead, deadline)

        guest.awaitFailure().shouldBeInstanceOf<BulkheadFullException>().waited() shouldBe
          Duration.ZERO
      }

      test("$face: a deadline that has passed does not matter while a slot is free") {
        val time = ManualTime()
        val deadline = time.deadlineIn(0)

        val guest = face.enter(testBulkhead(time), deadline)

        guest.awaitStart()
        guest.finish()
      }

      test("$face: the end of the wait is right when the clock overflows on the way") {
        val time = ManualTime()
        val bulkhead = testBulkhead(time) { maxWait(Duration.ofSeconds(60)) }
        bulkhead.acquire()
        val before = time.nanoTime()
        val guest = face.enter(bulkhead)
        time.advance(Duration.ofSeconds(59))
        time.nanoTime() shouldBeLessThan before
        guest.isOver shouldBe false

        time.advance(Duration.ofSeconds(1))

        guest.awaitFailure().shouldBeInstanceOf<BulkheadFullException>()
      }

      test("$face: a wait beyond the range of the clock lasts until a slot is free") {
        val time = ManualTime()
        val bulkhead = testBulkhead(time) { maxWait(Duration.ofSeconds(Long.MAX_VALUE)) }
        val slot = bulkhead.acquire()
        val guest = face.enter(bulkhead, Deadline.none())
        time.advance(Duration.ofDays(365))
        guest.isOver shouldBe false

        slot.close()

        guest.awaitStart()
        guest.finish()
      }

      test("$face: a caller who gives up leaves the line at once") {
        val time = ManualTime()
        val bulkhead = testBulkhead(time)
        val slot = bulkhead.acquire()
        val guest = face.enter(bulkhead)
        val next = face.enter(bulkhead)

        guest.cancel()

        awaitUntil { bulkhead.snapshot().queued() == 1 }
        guest.awaitFailure()
        guest.isStarted shouldBe false
        slot.close()
        next.awaitStart()
        next.finish()
        bulkhead.shouldBeWhole()
        bulkhead.snapshot().rejected() shouldBe 1
        awaitUntil { time.scheduled() == 0 }
      }

      test("$face: a caller who gives up while its call runs gives the slot back") {
        val bulkhead = testBulkhead()
        val guest = face.enter(bulkhead)
        guest.awaitStart()

        guest.cancel()

        guest.awaitFailure()
        awaitUntil { bulkhead.snapshot().running() == 0 }
        bulkhead.shouldBeWhole()
      }

      test("$face: a call inside a call needs a second slot") {
        val bulkhead = testBulkhead { maxWait(Duration.ZERO).maxConcurrentCalls(2) }
        val outer = face.enter(bulkhead)
        val inner = face.enter(bulkhead)

        face.enter(bulkhead).awaitFailure().shouldBeInstanceOf<BulkheadFullException>()

        inner.finish()
        outer.finish()
        bulkhead.shouldBeWhole()
      }

      test("$face: nobody overtakes the line, not even without waiting") {
        val bulkhead = testBulkhead()
        val slot = bulkhead.acquire()
        val first = face.enter(bulkhead)
        val second = face.enter(bulkhead)

        slot.close()

        first.awaitStart()
        bulkhead.tryAcquire().shouldBeNull()
        first.finish()
        second.awaitStart()
        bulkhead.tryAcquire().shouldBeNull()
        second.finish()
        bulkhead.shouldBeWhole()
      }
    }

    test("first come, first served, over all faces mixed") {
      val time = ManualTime()
      val bulkhead = testBulkhead(time) { maxQueue(100) }
      val slot = bulkhead.acquire()
      val line = List(4) { Face.entries }.flatten().map { it.enter(bulkhead) }

      slot.close()

      line.forEachIndexed { place, guest ->
        guest.awaitStart()
        line.drop(place + 1).none { it.isStarted } shouldBe true
        bulkhead.snapshot() shouldBe BulkheadSnapshot("summaries", 1, 1, line.size - place - 1, 0)
        guest.finish()
      }
      bulkhead.shouldBeWhole()
      awaitUntil { time.scheduled() == 0 }
    }

    test("those who leave the line from its head, middle and end do not disturb the others") {
      val bulkhead = testBulkhead { maxQueue(100) }
      val slot = bulkhead.acquire()
      val line = List(3) { Face.entries }.flatten().map { it.enter(bulkhead) }
      val leaving = listOf(0, 1, 6, 8, 7, 16, 17)
      leaving.forEach { line[it].cancel() }
      awaitUntil { bulkhead.snapshot().queued() == line.size - leaving.size }

      slot.close()

      line
        .filterIndexed { place, _ -> place !in leaving }
        .forEach {
          it.awaitStart()
          it.finish()
        }
      leaving.forEach { line[it].isStarted shouldBe false }
      bulkhead.shouldBeWhole()
    }
  })
