package dev.holdfast.bulkhead

import dev.holdfast.coroutines.withBulkhead
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import java.io.IOException
import java.time.Duration
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.flow.flow
import kotlinx.coroutines.flow.flowOf
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.launch
import kotlinx.coroutines.test.runCurrent
import kotlinx.coroutines.test.runTest
import kotlinx.coroutines.withTimeoutOrNull

class FlowFaceTest :
  FunSpec({
    val one = BulkheadConfig.builder().maxConcurrentCalls(1).build()

    test("a flow is not started while its bulkhead is full") {
      val bulkhead = Bulkhead.of("chat", one)
      var started = 0
      val slot = bulkhead.acquire()
      val guarded = flow { emit(++started) }.withBulkhead(bulkhead)

      shouldThrow<BulkheadFullException> { guarded.toList() }
      started shouldBe 0
      slot.close()

      guarded.toList() shouldContainExactly listOf(1)
    }

    test("each collection holds a slot until it has ended, whichever way it ends") {
      runTest {
        val bulkhead = Bulkhead.of("chat", one)
        val endless = flow {
          emit(bulkhead.snapshot().running())
          awaitCancellation()
        }
        val ways: List<suspend (Flow<Int>) -> Unit> =
          listOf(
            { it.first() shouldBe 1 },
            { runCatching { it.collect { error("collector") } } },
            { withTimeoutOrNull(1.seconds) { it.collect {} } },
          )

        ways.forEach { way ->
          way(endless.withBulkhead(bulkhead))
          bulkhead.snapshot().running() shouldBe 0
        }
        runCatching { flow<Int> { throw IOException() }.withBulkhead(bulkhead).collect {} }
        bulkhead.snapshot().running() shouldBe 0
      }
    }

    test("a collection waits in the line, and leaves it when it is cancelled") {
      runTest {
        val patient = one.toBuilder().maxQueue(2).maxWait(Duration.ofMinutes(1)).build()
        val bulkhead = Bulkhead.of("chat", patient, VirtualTime(this))
        val slot = bulkhead.acquire()
        val collected = mutableListOf<Int>()
        val guarded = flowOf(1).withBulkhead(bulkhead)
        val cancelled = launch { guarded.collect { collected += it } }
        launch { guarded.collect { collected += it + 1 } }
        runCurrent()
        bulkhead.snapshot().queued() shouldBe 2

        cancelled.cancelAndJoin()
        slot.close()
        runCurrent()

        collected shouldContainExactly listOf(2)
        bulkhead.snapshot().running() shouldBe 0
      }
    }
  })
