package dev.holdfast.testing

import com.sun.management.ThreadMXBean
import io.kotest.matchers.longs.shouldBeLessThan
import java.lang.management.ManagementFactory
import kotlin.coroutines.Continuation
import kotlin.coroutines.EmptyCoroutineContext
import kotlin.coroutines.startCoroutine

private const val CALLS = 100_000

private val threads = ManagementFactory.getThreadMXBean() as ThreadMXBean

/** Checks that many calls allocate, all together, less than one byte for each. */
fun shouldAllocateNothing(call: () -> Unit) {
  repeat(100) { call() }
  allocated { repeat(CALLS) { call() } } shouldBeLessThan CALLS.toLong()
}

/** As above, for a block that makes the given number of calls, none of which suspends. */
fun shouldAllocateNothingSuspending(calls: suspend (Int) -> Unit) {
  fun make(number: Int) {
    val all: suspend () -> Unit = { calls(number) }
    all.startCoroutine(Continuation(EmptyCoroutineContext) { it.getOrThrow() })
  }
  make(100)
  allocated { make(CALLS) } shouldBeLessThan CALLS.toLong()
}

/** The bytes that this thread allocates in [measured]. */
private fun allocated(measured: () -> Unit): Long {
  val before = threads.currentThreadAllocatedBytes
  measured()
  return threads.currentThreadAllocatedBytes - before
}
