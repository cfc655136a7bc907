package dev.holdfast.bulkhead

import dev.holdfast.testing.failure
import dev.holdfast.testkit.ManualTime
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.throwable.shouldHaveMessage
import io.kotest.matchers.types.shouldBeInstanceOf
import io.kotest.matchers.types.shouldBeSameInstanceAs
import java.io.IOException
import java.util.concurrent.CompletableFuture
import java.util.concurrent.CompletionException
import java.util.concurrent.CompletionStage
import java.util.concurrent.TimeoutException
import java.util.function.Supplier

class FuturesFaceTest :
  FunSpec({
    val nullStage = Supplier<CompletionStage<String>> { nothing() }

    test("an answer that is there already is returned as it is") {
      val bulkhead = testBulkhead()
      val answer = CompletableFuture.completedFuture("answer")

      bulkhead.callAsync { answer } shouldBeSameInstanceAs answer

      bulkhead.shouldBeWhole()
    }

    test("a minimal stage that is done already is no obstacle") {
      val bulkhead = testBulkhead()

      bulkhead.callAsync { CompletableFuture.completedStage("answer") }.join() shouldBe "answer"

      bulkhead.shouldBeWhole()
    }

    test("a failure that is there already is the bare cause") {
      val bulkhead = testBulkhead()
      val thrown = IOException()

      val answer =
        bulkhead.callAsync {
          CompletableFuture.failedFuture<String>(CompletionException(CompletionException(thrown)))
        }

      answer.failure() shouldBeSameInstanceAs thrown
      bulkhead.shouldBeWhole()
    }

    listOf(false, true).forEach { waits ->
      val whether = if (waits) "after a wait" else "at once"

      /** Calls through a bulkhead with a free slot, now or after somebody gave it back. */
      fun call(
        bulkhead: Bulkhead,
        call: Supplier<out CompletionStage<String>>,
      ): CompletableFuture<String> {
        val slot = if (waits) bulkhead.acquire() else null
        return bulkhead.callAsync(call).also { slot?.close() }
      }

      test("$whether: a supplier that throws fails the future and gives the slot back") {
        listOf(IllegalStateException(), IOException(), AssertionError()).forEach { thrown ->
          val bulkhead = testBulkhead()

          call(bulkhead) { throw thrown }.failure() shouldBeSameInstanceAs thrown

          bulkhead.shouldBeWhole()
        }
      }

      test("$whether: a supplier without a stage fails the future and gives the slot back") {
        val bulkhead = testBulkhead()

        call(bulkhead, nullStage)
          .failure()
          .shouldBeInstanceOf<NullPointerException>()
          .shouldHaveMessage("the call returned no stage")

        bulkhead.shouldBeWhole()
      }

      test("$whether: the slot is free when the future completes") {
        val bulkhead = testBulkhead()
        val source = CompletableFuture<String>()
        val running = call(bulkhead) { source }.thenApply { bulkhead.snapshot().running() }
        bulkhead.snapshot().running() shouldBe 1

        source.complete("answer")

        running.join() shouldBe 0
      }

      test("$whether: a future that is cancelled while its call runs cancels the call's stage") {
        val bulkhead = testBulkhead()
        val source = CompletableFuture<String>()
        val answer = call(bulkhead) { source }

        answer.cancel(false)

        source.isCancelled shouldBe true
        bulkhead.shouldBeWhole()
      }

      test("$whether: a timeout from outside cancels the call's stage") {
        val bulkhead = testBulkhead()
        val source = CompletableFuture<String>()
        val answer = call(bulkhead) { source }

        answer.completeExceptionally(TimeoutException())

        source.isCancelled shouldBe true
        bulkhead.shouldBeWhole()
      }

      test("$whether: a stage that cannot be cancelled keeps its slot until it ends") {
        val bulkhead = testBulkhead()
        val source = CompletableFuture<String>()
        val answer = call(bulkhead) { source.minimalCompletionStage() }

        answer.cancel(false)

        source.isDone shouldBe false
        bulkhead.snapshot().running() shouldBe 1
        source.complete("too late")
        answer.isCancelled shouldBe true
        bulkhead.shouldBeWhole()
      }

      test("$whether: a future that is cancelled while its supplier runs cancels the stage") {
        val bulkhead = testBulkhead()
        val source = CompletableFuture<String>()
        lateinit var answer: CompletableFuture<String>
        val slot = bulkhead.acquire()
        answer =
          bulkhead.callAsync {
            answer.cancel(false)
            source
          }

        slot.close()

        source.isCancelled shouldBe true
        bulkhead.shouldBeWhole()
      }
    }

    test("a call whose future is cancelled in the line is never made") {
      val time = ManualTime()
      val bulkhead = testBulkhead(time)
      val slot = bulkhead.acquire()
      var made = false
      val answer =
        bulkhead.callAsync {
          made = true
          CompletableFuture.completedFuture("answer")
        }

      answer.cancel(false)

      bulkhead.snapshot().queued() shouldBe 0
      time.scheduled() shouldBe 0
      slot.close()
      made shouldBe false
      bulkhead.shouldBeWhole()
    }

    test("a future in the line that is completed from outside leaves it") {
      val time = ManualTime()
      val bulkhead = testBulkhead(time)
      val slot = bulkhead.acquire()
      bulkhead.acquireAsync().completeExceptionally(TimeoutException())
      bulkhead.callAsync { CompletableFuture<String>() }.complete("another answer")
      bulkhead.acquireAsync().complete(slot)

      bulkhead.snapshot().queued() shouldBe 0
      time.scheduled() shouldBe 0

      slot.close()
      bulkhead.shouldBeWhole()
    }

    test("cancelling a future that has its slot does not take the slot away") {
      val bulkhead = testBulkhead()
      val turn = bulkhead.acquireAsync()

      turn.cancel(false) shouldBe false

      bulkhead.snapshot().running() shouldBe 1
      turn.join().close()
      bulkhead.shouldBeWhole()
    }

    test("a stage that reports twice gives its slot back once") {
      val bulkhead = testBulkhead { maxConcurrentCalls(2) }
      bulkhead.acquire()

      bulkhead.callAsync { RepeatingStage("answer") }.join() shouldBe "answer"

      bulkhead.snapshot().running() shouldBe 1
    }

    test("a long line of short calls does not overflow the stack, and keeps its order") {
      val count = 50_000
      val bulkhead = testBulkhead { maxQueue(count) }
      val slot = bulkhead.acquire()
      val order = mutableListOf<Int>()
      val answers =
        List(count) {
          bulkhead.callAsync { CompletableFuture.completedFuture(it.also(order::add)) }
        }

      slot.close()

      answers.forEachIndexed { place, answer -> answer.join() shouldBe place }
      order shouldBe List(count) { it }
      bulkhead.shouldBeWhole()
    }

    test("what depends on a future may use the bulkhead, for no lock is held") {
      val bulkhead = testBulkhead()
      val slot = bulkhead.acquire()
      val first = bulkhead.acquireAsync()
      val inner =
        first.thenCompose {
          it.close()
          bulkhead.callAsync { CompletableFuture.completedFuture(bulkhead.snapshot().running()) }
        }

      slot.close()

      inner.join() shouldBe 1
      bulkhead.shouldBeWhole()
    }

    test("a dependent that throws keeps nothing from the next in the line") {
      val bulkhead = testBulkhead()
      val slot = bulkhead.acquire()
      val first =
        bulkhead.acquireAsync().thenAccept {
          it.close()
          error("a dependent's own")
        }
      val second = bulkhead.acquireAsync()

      slot.close()

      shouldThrow<CompletionException> { first.join() }
      second.join().close()
      bulkhead.shouldBeWhole()
    }
  })

/** What Java code without null checks may return. */
@Suppress("UNCHECKED_CAST") private fun <T> nothing(): T = null as T
