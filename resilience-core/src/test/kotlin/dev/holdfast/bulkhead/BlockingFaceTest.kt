package dev.holdfast.bulkhead

import dev.holdfast.testkit.ManualTime
import dev.holdfast.time.ScheduledTask
import dev.holdfast.time.Time
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeInstanceOf
import java.time.Duration
import java.util.concurrent.CancellationException
import java.util.concurrent.CompletableFuture
import java.util.concurrent.RejectedExecutionException
import java.util.concurrent.locks.LockSupport

class BlockingFaceTest :
  FunSpec({
    afterTest { Thread.interrupted() }

    test("a thread that is interrupted before it waits in acquire has no slot") {
      val bulkhead = testBulkhead()
      val slot = bulkhead.acquire()
      Thread.currentThread().interrupt()

      shouldThrow<InterruptedException> { bulkhead.acquire() }

      Thread.interrupted() shouldBe false
      slot.close()
      bulkhead.shouldBeWhole()
    }

    test("a call whose thread is interrupted while it waits is cancelled and stays interrupted") {
      val bulkhead = testBulkhead()
      val slot = bulkhead.acquire()
      Thread.currentThread().interrupt()
      var made = false

      val cancelled =
        shouldThrow<CancellationException> { bulkhead.call<Unit, RuntimeException> { made = true } }

      cancelled.cause.shouldBeInstanceOf<InterruptedException>()
      Thread.interrupted() shouldBe true
      made shouldBe false
      slot.close()
      bulkhead.shouldBeWhole()
    }

    test("a free slot is taken by an interrupted thread, which stays interrupted") {
      val bulkhead = testBulkhead()
      Thread.currentThread().interrupt()

      bulkhead.acquire().close()

      Thread.interrupted() shouldBe true
    }

    test("a refusal at once leaves the interrupt to the caller") {
      val bulkhead = testBulkhead { maxWait(Duration.ZERO) }
      bulkhead.acquire()
      Thread.currentThread().interrupt()

      shouldThrow<BulkheadFullException> { bulkhead.acquire() }

      Thread.interrupted() shouldBe true
    }

    test("null is an answer") { testBulkhead().call<String?, Exception> { null } shouldBe null }

    test("a wake-up without a reason does not end the wait") {
      val bulkhead = testBulkhead()
      val slot = bulkhead.acquire()
      val started = CompletableFuture<Unit>()
      val waiter = Thread { bulkhead.call<Unit, Exception> { started.complete(Unit) } }
      waiter.start()
      awaitUntil { bulkhead.snapshot().queued() == 1 }

      repeat(100) { LockSupport.unpark(waiter) }

      started.isDone shouldBe false
      slot.close()
      waiter.join(20_000)
      started.isDone shouldBe true
      bulkhead.shouldBeWhole()
    }

    test("on the real clock the end of a wait needs no other thread") {
      val real = Time.system()
      val silent =
        object : Time by real {
          override fun schedule(delay: Duration, task: Runnable) = ScheduledTask {}
        }
      val bulkhead = testBulkhead(silent) { maxWait(Duration.ofMillis(5)) }
      bulkhead.acquire()

      shouldThrow<BulkheadFullException> { bulkhead.acquire() }.waited() shouldBe
        Duration.ofMillis(5)

      bulkhead.snapshot().queued() shouldBe 0
    }

    Face.entries.forEach { face ->
      test("$face: a clock that cannot schedule breaks the one caller and nothing else") {
        val manual = ManualTime()
        val broken =
          object : Time by manual {
            override fun schedule(delay: Duration, task: Runnable): ScheduledTask =
              throw RejectedExecutionException("no timers today")
          }
        val bulkhead = testBulkhead(broken)
        val slot = bulkhead.acquire()

        val guest = face.enter(bulkhead)

        guest.awaitFailure().shouldBeInstanceOf<RejectedExecutionException>()
        guest.isStarted shouldBe false
        bulkhead.snapshot().queued() shouldBe 0
        slot.close()
        bulkhead.shouldBeWhole()
      }
    }
  })
