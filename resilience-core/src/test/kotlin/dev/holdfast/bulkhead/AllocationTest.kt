package dev.holdfast.bulkhead

import com.sun.management.ThreadMXBean
import dev.holdfast.coroutines.withBulkhead
import dev.holdfast.outcome.ThrowingSupplier
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.longs.shouldBeLessThan
import java.lang.management.ManagementFactory
import kotlin.coroutines.Continuation
import kotlin.coroutines.EmptyCoroutineContext
import kotlin.coroutines.startCoroutine

class AllocationTest :
  FunSpec({
    val threads = ManagementFactory.getThreadMXBean() as ThreadMXBean
    val calls = 100_000

    /** The bytes that this thread allocates in [measured]. */
    fun allocated(measured: () -> Unit): Long {
      val before = threads.currentThreadAllocatedBytes
      measured()
      return threads.currentThreadAllocatedBytes - before
    }

    test("a call that need not wait allocates nothing") {
      val bulkhead = testBulkhead()
      val call = ThrowingSupplier<String, RuntimeException> { "answer" }
      repeat(100) { bulkhead.call(call) }

      allocated { repeat(calls) { bulkhead.call(call) } } shouldBeLessThan calls.toLong()
    }

    test("a suspending call that need not wait allocates nothing") {
      val bulkhead = testBulkhead()
      val all: suspend () -> Unit = { repeat(calls) { bulkhead.withBulkhead {} } }

      allocated { all.startCoroutine(Continuation(EmptyCoroutineContext) { it.getOrThrow() }) }
        .shouldBeLessThan(calls.toLong())
    }
  })
