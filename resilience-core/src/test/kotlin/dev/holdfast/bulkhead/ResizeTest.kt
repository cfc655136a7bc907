package dev.holdfast.bulkhead

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.throwable.shouldHaveMessage

class ResizeTest :
  FunSpec({
    test("growing admits those who wait, in order and no more than there are slots") {
      val bulkhead = testBulkhead()
      val slot = bulkhead.acquire()
      val line = Face.entries.map { it.enter(bulkhead) }

      bulkhead.resize(4)

      line.take(3).forEach { it.awaitStart() }
      line.drop(3).none { it.isStarted } shouldBe true
      bulkhead.snapshot() shouldBe BulkheadSnapshot("summaries", 4, 4, line.size - 3, 0)
      slot.close()
      line.forEach {
        it.awaitStart()
        it.finish()
      }
      bulkhead.shouldBeWhole()
    }

    test("growing beyond the line leaves free slots") {
      val bulkhead = testBulkhead()
      bulkhead.acquire()
      val waiting = bulkhead.acquireAsync()

      bulkhead.resize(3)

      waiting.isDone shouldBe true
      bulkhead.tryAcquire().shouldNotBeNull()
      bulkhead.tryAcquire().shouldBeNull()
    }

    test("shrinking lets the calls under way end, and admits nobody until enough of them have") {
      val bulkhead = testBulkhead { maxConcurrentCalls(3) }
      val slots = List(3) { bulkhead.acquire() }

      bulkhead.resize(1)

      bulkhead.snapshot() shouldBe BulkheadSnapshot("summaries", 1, 3, 0, 0)
      slots[0].close()
      slots[1].close()
      bulkhead.tryAcquire().shouldBeNull()
      slots[2].close()
      bulkhead.shouldBeWhole()
    }

    test("shrinking while callers wait hands over only what is below the new limit") {
      val bulkhead = testBulkhead { maxConcurrentCalls(3) }
      val slots = List(3) { bulkhead.acquire() }
      val waiting = List(2) { bulkhead.acquireAsync() }

      bulkhead.resize(2)

      slots[0].close()
      waiting[0].isDone shouldBe false
      slots[1].close()
      waiting[0].isDone shouldBe true
      waiting[1].isDone shouldBe false
      bulkhead.snapshot() shouldBe BulkheadSnapshot("summaries", 2, 2, 1, 0)
      slots[2].close()
      waiting.forEach { it.join().close() }
      bulkhead.shouldBeWhole()
    }

    test("shrinking and growing again is as if nothing had happened") {
      val bulkhead = testBulkhead { maxConcurrentCalls(2) }
      val slots = List(2) { bulkhead.acquire() }
      val waiting = bulkhead.acquireAsync()

      bulkhead.resize(1)
      bulkhead.resize(2)

      waiting.isDone shouldBe false
      slots[0].close()
      waiting.isDone shouldBe true
    }

    test("the settings keep what the bulkhead was made with, the line included") {
      val bulkhead = testBulkhead { maxQueue(1) }
      bulkhead.acquire()

      bulkhead.resize(2)
      bulkhead.resize(1)

      bulkhead.config().maxConcurrentCalls() shouldBe 1
      bulkhead.acquireAsync().isDone shouldBe false
      bulkhead.acquireAsync().isCompletedExceptionally shouldBe true
    }

    test("there is always at least one slot") {
      val bulkhead = testBulkhead()

      shouldThrow<IllegalArgumentException> { bulkhead.resize(0) }
        .shouldHaveMessage("maxConcurrentCalls must be at least 1, but was 0")

      bulkhead.shouldBeWhole()
    }
  })
