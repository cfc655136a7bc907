@file:OptIn(ExperimentalCoroutinesApi::class)

package dev.holdfast.bulkhead

import dev.holdfast.coroutines.withBulkhead
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import java.time.Duration
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.NonCancellable
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch
import kotlinx.coroutines.test.TestScope
import kotlinx.coroutines.test.runCurrent
import kotlinx.coroutines.test.runTest
import kotlinx.coroutines.withContext
import kotlinx.coroutines.withTimeoutOrNull

class WithBulkheadTest :
  FunSpec({
    fun TestScope.bulkhead(configure: BulkheadConfig.Builder.() -> Unit = {}) =
      testBulkhead(VirtualTime(this), configure)

    test("callers wait in order, and each runs alone") {
      runTest {
        val bulkhead = bulkhead()
        val order = mutableListOf<Int>()
        repeat(4) { number ->
          launch {
            bulkhead.withBulkhead {
              order.add(number)
              delay(1.seconds)
              order.add(number)
            }
          }
        }

        testScheduler.advanceUntilIdle()

        order shouldContainExactly listOf(0, 0, 1, 1, 2, 2, 3, 3)
        testScheduler.currentTime shouldBe 4_000
        bulkhead.shouldBeWhole()
      }
    }

    test("a caller is refused when its wait is over, to the millisecond") {
      runTest {
        val bulkhead = bulkhead()
        bulkhead.acquire()

        shouldThrow<BulkheadFullException> { bulkhead.withBulkhead {} }.waited() shouldBe
          Duration.ofSeconds(5)
        testScheduler.currentTime shouldBe 5_000

        shouldThrow<BulkheadFullException> {
            bulkhead.withBulkhead(VirtualTime(this).deadlineIn(2)) {}
          }
          .waited() shouldBe Duration.ofSeconds(2)
        testScheduler.currentTime shouldBe 7_000
      }
    }

    test("a non-local return gives the slot back") {
      suspend fun returning(bulkhead: Bulkhead): String {
        bulkhead.withBulkhead {
          return "answer"
        }
      }

      runTest {
        val bulkhead = bulkhead()

        returning(bulkhead) shouldBe "answer"

        bulkhead.shouldBeWhole()
      }
    }

    test("the result of the block is returned, null included, before and after a wait") {
      runTest {
        val bulkhead = bulkhead()
        bulkhead.withBulkhead { null }.shouldBeNull()
        launch { bulkhead.withBulkhead { delay(1.seconds) } }
        runCurrent()

        bulkhead.withBulkhead { "answer" } shouldBe "answer"

        testScheduler.currentTime shouldBe 1_000
        bulkhead.shouldBeWhole()
      }
    }

    test("a cancelled call keeps its slot until its block has ended") {
      runTest {
        val bulkhead = bulkhead()
        val mayEnd = CompletableDeferred<Unit>()
        val call = launch {
          bulkhead.withBulkhead {
            try {
              awaitCancellation()
            } finally {
              withContext(NonCancellable) { mayEnd.await() }
            }
          }
        }
        runCurrent()

        call.cancel()
        runCurrent()

        bulkhead.snapshot().running() shouldBe 1
        mayEnd.complete(Unit)
        call.join()
        bulkhead.shouldBeWhole()
      }
    }

    test("a timeout around a wait ends it, and the timer of the wait is gone") {
      runTest {
        val bulkhead = bulkhead()
        val slot = bulkhead.acquire()

        withTimeoutOrNull(10.milliseconds) { bulkhead.withBulkhead { "answer" } }.shouldBeNull()

        bulkhead.snapshot() shouldBe BulkheadSnapshot("summaries", 1, 1, 0, 0)
        slot.close()
        bulkhead.shouldBeWhole()
      }
    }

    test("a caller that is cancelled already does not wait") {
      runTest {
        val bulkhead = bulkhead()
        val slot = bulkhead.acquire()
        val order = mutableListOf<String>()
        val caller = launch {
          try {
            awaitCancellation()
          } catch (cancelled: CancellationException) {
            shouldThrow<CancellationException> { bulkhead.withBulkhead { order.add("called") } }
            throw cancelled
          }
        }
        runCurrent()

        caller.cancelAndJoin()

        bulkhead.snapshot().queued() shouldBe 0
        slot.close()
        order.shouldBeEmpty()
        bulkhead.shouldBeWhole()
      }
    }

    test("a caller that is cancelled after the hand-over and before it resumes passes it on") {
      runTest {
        val bulkhead = bulkhead()
        val slot = bulkhead.acquire()
        val order = mutableListOf<String>()
        val cancelled = launch { bulkhead.withBulkhead { order.add("cancelled") } }
        launch { bulkhead.withBulkhead { order.add("next") } }
        runCurrent()
        bulkhead.snapshot().queued() shouldBe 2

        slot.close()
        cancelled.cancel()
        runCurrent()

        order shouldContainExactly listOf("next")
        bulkhead.shouldBeWhole()
      }
    }

    test("a caller whose wait ends after the hand-over and before it resumes has the slot") {
      runTest {
        val bulkhead = bulkhead()
        val slot = bulkhead.acquire()
        val order = mutableListOf<String>()
        launch {
          delay(5.seconds)
          slot.close()
        }
        runCurrent()
        launch { bulkhead.withBulkhead { order.add("called") } }

        testScheduler.advanceUntilIdle()

        order shouldContainExactly listOf("called")
        bulkhead.shouldBeWhole()
      }
    }
  })
