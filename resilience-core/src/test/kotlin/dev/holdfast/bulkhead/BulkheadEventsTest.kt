package dev.holdfast.bulkhead

import dev.holdfast.outcome.CallRejectedException
import dev.holdfast.testkit.ManualTime
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeInstanceOf
import java.time.Duration

class BulkheadEventsTest :
  FunSpec({
    test("the exception tells all it knows, and has no stack trace") {
      val bulkhead = testBulkhead { maxConcurrentCalls(2).maxQueue(1) }
      repeat(2) { bulkhead.acquire() }
      bulkhead.acquireAsync()

      val refused = shouldThrow<BulkheadFullException> { bulkhead.acquire() }

      refused.shouldBeInstanceOf<CallRejectedException>()
      refused.name() shouldBe "summaries"
      refused.limit() shouldBe 2
      refused.running() shouldBe 2
      refused.queued() shouldBe 1
      refused.waited() shouldBe Duration.ZERO
      refused.retryAfter() shouldBe Duration.ZERO
      refused.stackTrace.size shouldBe 0
    }

    test("each refusal of each face is counted and told once") {
      val bulkhead = testBulkhead { maxWait(Duration.ZERO) }
      val heard = mutableListOf<BulkheadRejection>()
      bulkhead.onRejection(heard::add)
      bulkhead.acquire()

      Face.entries.forEach { it.enter(bulkhead).awaitFailure() }
      bulkhead.tryAcquire()

      heard shouldContainExactly
        List(Face.entries.size + 1) { BulkheadRejection("summaries", 1, 1, 0, Duration.ZERO) }
      bulkhead.snapshot().rejected() shouldBe Face.entries.size + 1
    }

    test("who has waited in vain is counted and told once, with its wait") {
      val time = ManualTime()
      val bulkhead = testBulkhead(time)
      val heard = mutableListOf<BulkheadRejection>()
      bulkhead.onRejection(heard::add)
      bulkhead.acquire()
      bulkhead.acquireAsync()
      bulkhead.acquireAsync(time.deadlineIn(3))

      time.advance(Duration.ofSeconds(5))

      heard shouldContainExactly
        listOf(
          BulkheadRejection("summaries", 1, 1, 1, Duration.ofSeconds(3)),
          BulkheadRejection("summaries", 1, 1, 0, Duration.ofSeconds(5)),
        )
      bulkhead.snapshot().rejected() shouldBe 2
    }

    test("who gives up is not refused") {
      val bulkhead = testBulkhead()
      val heard = mutableListOf<BulkheadRejection>()
      bulkhead.onRejection(heard::add)
      bulkhead.acquire()

      Face.entries.forEach {
        val guest = it.enter(bulkhead)
        guest.cancel()
        guest.awaitFailure()
      }

      heard.shouldBeEmpty()
      bulkhead.snapshot() shouldBe BulkheadSnapshot("summaries", 1, 1, 0, 0)
    }

    test("a listener that throws disturbs neither the caller nor the other listeners") {
      val bulkhead = testBulkhead { maxWait(Duration.ZERO) }
      val heard = mutableListOf<BulkheadRejection>()
      bulkhead.onRejection { throw AssertionError("a listener's own") }
      bulkhead.onRejection(heard::add)
      bulkhead.acquire()

      Face.entries.forEach {
        it.enter(bulkhead).awaitFailure().shouldBeInstanceOf<BulkheadFullException>()
      }

      heard shouldHaveSize Face.entries.size
    }

    test("a listener that is removed hears no more") {
      val bulkhead = testBulkhead { maxWait(Duration.ZERO) }
      val heard = mutableListOf<BulkheadRejection>()
      val subscription = bulkhead.onRejection(heard::add)
      bulkhead.acquire()
      bulkhead.tryAcquire()

      subscription.close()
      bulkhead.tryAcquire()

      heard shouldHaveSize 1
    }

    test("a listener may use the bulkhead, for no lock is held") {
      val bulkhead = testBulkhead { maxQueue(0) }
      val slot = bulkhead.acquire()
      bulkhead.onRejection {
        bulkhead.resize(2)
        slot.close()
      }

      bulkhead.tryAcquire()

      bulkhead.snapshot() shouldBe BulkheadSnapshot("summaries", 2, 0, 0, 1)
    }
  })
