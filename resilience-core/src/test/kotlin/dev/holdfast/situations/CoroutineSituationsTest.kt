package dev.holdfast.situations

import dev.holdfast.bulkhead.awaitUntil
import dev.holdfast.situations.After.HELD
import dev.holdfast.situations.After.NO_OPINION
import dev.holdfast.situations.After.SUCCESS
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeInstanceOf
import java.io.IOException
import java.util.concurrent.ConcurrentLinkedQueue
import java.util.concurrent.Executor
import java.util.concurrent.RejectedExecutionException
import kotlin.coroutines.cancellation.CancellationException
import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.asCoroutineDispatcher
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.collect
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.flow.flow
import kotlinx.coroutines.flow.flowOn
import kotlinx.coroutines.flow.take

/** What can happen to a call because it suspends, or because it is a flow. */
class CoroutineSituationsTest :
  FunSpec({
    val coroutines: Map<String, Visit.(CoroutineDispatcher) -> Unit> =
      mapOf("SUSPEND" to { asCoroutine(it) }, "FLOW" to { asFlow(it) })

    Guarding.entries.forEach { guarding ->
      coroutines.forEach { (way, send) ->
        test("$guarding $way: cancelled between the answer and the resumption") {
          val steps = ConcurrentLinkedQueue<Runnable>()
          val visit = Visit(guarding.make())
          visit.send(Executor(steps::add).asCoroutineDispatcher())
          steps.runAll()
          visit.guard.after() shouldBe HELD

          visit.guest.end.complete("answer")
          visit.guest.isOver shouldBe false
          visit.guest.cancel()
          steps.runAll()

          visit.guest.awaitFailure().shouldBeInstanceOf<CancellationException>()
          visit.attempts.get() shouldBe 1
          visit.guard.after() shouldBe NO_OPINION
        }

        test("$guarding $way: a dispatcher that takes no more cancels the caller") {
          var takes = true
          val visit = Visit(guarding.make())
          visit.send(
            Executor { if (takes) it.run() else throw RejectedExecutionException() }
              .asCoroutineDispatcher()
          )
          visit.guard.after() shouldBe HELD

          takes = false
          visit.guest.end.complete("answer")

          visit.guest.awaitFailure().shouldBeInstanceOf<CancellationException>()
          visit.attempts.get() shouldBe 1
          visit.guard.after() shouldBe NO_OPINION
        }
      }

      val endings: Map<String, suspend (Flow<String>) -> Unit> =
        mapOf(
          "take(1)" to { it.take(1).collect() },
          "first()" to { it.first() },
          "a collector that throws what a retry would repeat" to
            {
              it.collect { throw IOException() }
            },
          "a collector that throws an Error" to { it.collect { throw AssertionError() } },
        )
      endings.forEach { (name, collector) ->
        listOf(false, true).forEach { channel ->
          val way = if (channel) "through a channel" else "in place"
          test("$guarding FLOW: $name leaves a success behind, $way") {
            val visit = Visit(guarding.make())
            val items = visit.items()

            visit.collect(
              if (channel) items.flowOn(Dispatchers.Unconfined) else items,
              collector = collector,
            )

            visit.guest.awaitOutcome()
            visit.attempts.get() shouldBe 1
            visit.guard.after() shouldBe if (guarding.remembers) SUCCESS else NO_OPINION
          }
        }
      }

      test("$guarding FLOW: given up after the first item is a success") {
        val visit = Visit(guarding.make())
        visit.collect(visit.items()) { it.collect() }
        visit.guest.isOver shouldBe false

        visit.guest.cancel()

        visit.guest.awaitFailure().shouldBeInstanceOf<CancellationException>()
        visit.guard.after() shouldBe if (guarding.remembers) SUCCESS else NO_OPINION
      }

      test("$guarding FLOW: a timeout around it after the first item is a success") {
        val visit = Visit(guarding.make())
        visit.collect(visit.items()) { it.collect() }

        visit.timeOut()

        visit.guest.awaitFailure().shouldBeInstanceOf<CancellationException>()
        visit.guard.after() shouldBe if (guarding.remembers) SUCCESS else NO_OPINION
      }
    }
  })

/** A flow of one item, and then nothing more for ever. */
private fun Visit.items(): Flow<String> = flow {
  begins()
  emit("item")
  awaitCancellation()
}

private fun ConcurrentLinkedQueue<Runnable>.runAll() {
  awaitUntil { poll()?.run() == null }
}
