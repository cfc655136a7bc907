package dev.holdfast.breaker

import dev.holdfast.bulkhead.Bulkhead
import dev.holdfast.bulkhead.BulkheadFullException
import dev.holdfast.coroutines.withBreaker
import dev.holdfast.coroutines.withBulkhead
import java.util.Queue
import java.util.concurrent.CompletableFuture
import java.util.concurrent.CompletionException
import java.util.concurrent.CompletionStage
import java.util.concurrent.Executor
import java.util.concurrent.atomic.AtomicReference
import java.util.concurrent.atomic.LongAdder
import kotlin.random.Random
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.Job
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.cancel
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.ensureActive
import kotlinx.coroutines.flow.collect
import kotlinx.coroutines.flow.emitAll
import kotlinx.coroutines.flow.flow
import kotlinx.coroutines.flow.take
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking

/** What the callers of a storm saw. */
class StormTally {
  /** Those that came as far as the breaker. */
  val attempted = LongAdder()
  val admitted = LongAdder()
  val rejected = LongAdder()

  /** Refused by a method that promises not to count it. */
  val silent = LongAdder()

  /** Cancelled before the breaker had said anything. */
  val gaveUp = LongAdder()
}

/** Where a suspending caller is: until it is admitted it may have to wait. */
private class Line {
  var isWaiting = false
}

/**
 * Single calls through each face of the breaker, each ended in a way that is drawn. Half of those
 * that have a face of the bulkhead's, too, need a slot.
 */
class StormCalls(
  private val breaker: CircuitBreaker,
  private val bulkhead: Bulkhead,
  private val tally: StormTally,
  private val hanging: Queue<() -> Unit>,
  private val helper: Executor,
) {
  fun make(random: Random) {
    try {
      when (random.nextInt(9)) {
        0,
        1 -> if (random.nextBoolean()) blocking(random) else bulkhead.inSlot { blocking(random) }
        2 -> future(random)
        3 -> bulkhead.acquire().use { settle(random, attempted().acquire()) }
        4 -> attempted().tryAcquire()?.let { settle(random, it) } ?: tally.rejected.increment()
        5 -> attempted().enterIfPossible()?.let { settle(it, random) } ?: tally.silent.increment()
        6 -> bulkhead.tryAcquire()?.use { blocking(random) }
        7 -> runBlocking { suspending(random) }
        else -> runBlocking { flowing(random) }
      }
    } catch (_: CircuitOpenException) {
      tally.rejected.increment()
    } catch (_: BulkheadFullException) {} catch (_: StormException) {} catch (
      _: StormError) {} catch (_: InterruptedException) {} catch (
      _: CancellationException) {} finally {
      Thread.interrupted()
    }
  }

  private fun blocking(random: Random) {
    attempted().call<Unit, Exception> {
      tally.admitted.increment()
      when (random.nextInt(12)) {
        0 -> throw InterruptedException()
        1 -> {
          Thread.currentThread().interrupt()
          throw StormException()
        }
        2 -> Thread.currentThread().interrupt()
        3 -> throw CancellationException()
        else -> end(random)
      }
    }
  }

  private fun future(random: Random) {
    val source = CompletableFuture<Unit>()
    val drawn = Random(random.nextInt())
    val answer =
      if (random.nextBoolean()) guarded(drawn, source)
      else bulkhead.callAsync { guarded(drawn, source) }
    when (random.nextInt(8)) {
      0 -> answer.cancel(true)
      1 -> answer.complete(Unit)
      2 -> answer.completeExceptionally(fault(random))
      3 -> {
        helper.execute { source.complete(Unit) }
        answer.cancel(true)
      }
      4 -> hanging += { source.complete(Unit) }
      5 -> source.completeExceptionally(CompletionException(fault(random)))
      else -> source.complete(Unit)
    }
  }

  /** The slot may come later, and on another thread: so it has draws of its own. */
  private fun guarded(random: Random, source: CompletableFuture<Unit>): CompletableFuture<Unit> =
    attempted()
      .callAsync<Unit> {
        tally.admitted.increment()
        supply(random, source)
      }
      .also {
        it.whenComplete { _, thrown ->
          if (thrown is CircuitOpenException) tally.rejected.increment()
        }
      }

  private fun supply(random: Random, source: CompletableFuture<Unit>): CompletionStage<Unit> =
    when (random.nextInt(10)) {
      0 -> throw fault(random)
      1 -> noStage.get()
      2 -> CompletableFuture.failedFuture(fault(random))
      3 -> CompletableFuture<Unit>().also { it.cancel(false) }
      4 -> source.minimalCompletionStage()
      else -> source
    }

  private fun settle(random: Random, permit: Permit) {
    tally.admitted.increment()
    when (random.nextInt(8)) {
      0 -> permit.close()
      1 -> permit.failure()
      2 -> permit.failure(java.time.Duration.ofMillis(random.nextLong(3000)))
      3 -> permit.failure(fault(random))
      4 -> {
        helper.execute { permit.success() }
        permit.close()
      }
      5 -> hanging += { if (random.nextBoolean()) permit.failure() else permit.close() }
      6 -> permit.use { it.contentArrived() }
      else -> permit.use { it.success() }
    }
  }

  private fun settle(admission: Admission, random: Random) {
    tally.admitted.increment()
    when (random.nextInt(6)) {
      0 -> admission.release()
      1 -> admission.failure()
      2 -> admission.failure(fault(random))
      3 -> hanging += { admission.success() }
      else -> {
        admission.contentArrived()
        admission.success()
      }
    }
  }

  private suspend fun CoroutineScope.suspending(random: Random) {
    val answer = CompletableDeferred<Unit>()
    val point = random.nextInt(8)
    val slotted = random.nextBoolean()
    val job = caller { line ->
      if (point == 0) currentCoroutineContext().cancel()
      inSlot(slotted) {
        line.isWaiting = true
        attempted().withBreaker {
          line.isWaiting = false
          tally.admitted.increment()
          when (point) {
            0 -> currentCoroutineContext().ensureActive()
            1 -> awaitCancellation()
            2 -> currentCoroutineContext().cancel()
            3 -> answer.await()
            else -> end(random)
          }
        }
      }
    }
    if (point == 3) helper.execute { answer.complete(Unit) }
    if (point == 1 || point == 3) job.cancelAndJoin() else job.join()
  }

  private suspend fun CoroutineScope.flowing(random: Random) {
    val point = random.nextInt(8)
    val line = Line()
    val guarded =
      flow {
          line.isWaiting = false
          tally.admitted.increment()
          if (point == 0) awaitCancellation()
          if (point == 1) end(random)
          emit(1)
          if (point == 2) awaitCancellation()
          end(random)
          emit(2)
        }
        .withBreaker(breaker)
    val slotted = random.nextBoolean()
    val call = flow {
      inSlot(slotted) {
        attempted()
        line.isWaiting = true
        emitAll(guarded)
      }
    }
    val job =
      caller(line) {
        when (point) {
          3 -> call.take(1).collect()
          4 -> call.collect { throw StormException() }
          5 -> call.collect { currentCoroutineContext().cancel() }
          else -> call.collect()
        }
      }
    if (point == 0 || point == 2) job.cancelAndJoin() else job.join()
  }

  private fun CoroutineScope.caller(line: Line = Line(), call: suspend (Line) -> Unit): Job =
    launch(start = CoroutineStart.UNDISPATCHED) {
      try {
        call(line)
      } catch (_: CircuitOpenException) {
        tally.rejected.increment()
      } catch (cancelled: CancellationException) {
        if (line.isWaiting) tally.gaveUp.increment()
        throw cancelled
      } catch (_: BulkheadFullException) {} catch (_: StormException) {} catch (_: StormError) {}
    }

  private fun attempted(): CircuitBreaker = breaker.also { tally.attempted.increment() }

  private fun Bulkhead.inSlot(call: () -> Unit) = call<Unit, Exception>(call)

  private suspend fun inSlot(slotted: Boolean, call: suspend () -> Unit) =
    if (slotted) bulkhead.withBulkhead { call() } else call()

  private fun end(random: Random) {
    if (random.nextInt(3) == 0) throw fault(random)
  }

  private fun fault(random: Random): Throwable =
    when (random.nextInt(6)) {
      0 -> StormError()
      1 -> PoisonException()
      2 -> PardonedException()
      else -> StormException()
    }

  /** Null, of a type that Java would let pass. */
  private val noStage = AtomicReference<CompletionStage<Unit>>()
}
