package dev.holdfast.bulkhead

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import java.time.Duration

class SlotTest :
  FunSpec({
    test("a slot that is closed many times is given back once") {
      val bulkhead = testBulkhead { maxConcurrentCalls(2) }
      val slot = bulkhead.acquire()
      bulkhead.acquire()

      repeat(5) { slot.close() }

      slot.isClosed shouldBe true
      bulkhead.snapshot().running() shouldBe 1
      bulkhead.tryAcquire().shouldNotBeNull().isClosed shouldBe false
      bulkhead.tryAcquire().shouldBeNull()
    }

    test("a slot that was handed over cannot be given back by its former owner") {
      val bulkhead = testBulkhead()
      val former = bulkhead.acquire()
      val later = bulkhead.acquireAsync()
      former.close()

      former.close()

      later.join().isClosed shouldBe false
      bulkhead.tryAcquire().shouldBeNull()
    }

    test("tryAcquire never waits") {
      val bulkhead = testBulkhead()
      bulkhead.tryAcquire().shouldNotBeNull()

      bulkhead.tryAcquire().shouldBeNull()

      bulkhead.snapshot().queued() shouldBe 0
      bulkhead.snapshot().rejected() shouldBe 1
    }

    test("the largest limit there is works") {
      val bulkhead = testBulkhead {
        maxConcurrentCalls(Int.MAX_VALUE).maxQueue(Int.MAX_VALUE).maxWait(Duration.ZERO)
      }

      bulkhead.acquire().use {
        bulkhead.snapshot() shouldBe BulkheadSnapshot("summaries", Int.MAX_VALUE, 1, 0, 0)
        bulkhead.toString() shouldBe "Bulkhead[summaries, 1 of 2147483647]"
      }

      bulkhead.snapshot().running() shouldBe 0
    }
  })
