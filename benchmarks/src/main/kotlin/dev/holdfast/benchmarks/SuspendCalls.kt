package dev.holdfast.benchmarks

import arrow.resilience.CircuitBreaker as ArrowBreaker
import arrow.resilience.Schedule
import arrow.resilience.retry
import dev.holdfast.breaker.CircuitBreaker
import dev.holdfast.bulkhead.Bulkhead
import dev.holdfast.coroutines.withBreaker
import dev.holdfast.coroutines.withBulkhead
import dev.holdfast.coroutines.withRetry
import dev.holdfast.retry.Retry
import io.github.resilience4j.circuitbreaker.CircuitBreaker as Resilience4jBreaker
import io.github.resilience4j.kotlin.circuitbreaker.executeSuspendFunction
import io.github.resilience4j.kotlin.retry.executeSuspendFunction
import io.github.resilience4j.retry.Retry as Resilience4jRetry
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.sync.Semaphore
import kotlinx.coroutines.sync.withPermit
import org.openjdk.jmh.infra.Blackhole

/**
 * Many suspending calls in one `runBlocking`, whose own cost would drown that of a single one. A
 * function for each contender, so that each loop is compiled for one contender only.
 */
internal object SuspendCalls {

  const val CALLS = 1_000

  @JvmStatic
  fun bare(guarded: GuardedCall, hole: Blackhole) = runBlocking {
    repeat(CALLS) { hole.consume(guarded.answer()) }
  }

  @JvmStatic
  fun holdfast(breaker: CircuitBreaker, guarded: GuardedCall, hole: Blackhole) = runBlocking {
    repeat(CALLS) { hole.consume(breaker.withBreaker { guarded.answer() }) }
  }

  @JvmStatic
  fun holdfast(retry: Retry, guarded: GuardedCall, hole: Blackhole) = runBlocking {
    repeat(CALLS) { hole.consume(retry.withRetry { guarded.answer() }) }
  }

  @JvmStatic
  fun holdfast(bulkhead: Bulkhead, guarded: GuardedCall, hole: Blackhole) = runBlocking {
    repeat(CALLS) { hole.consume(bulkhead.withBulkhead { guarded.answer() }) }
  }

  @JvmStatic
  fun coroutines(semaphore: Semaphore, guarded: GuardedCall, hole: Blackhole) = runBlocking {
    repeat(CALLS) { hole.consume(semaphore.withPermit { guarded.answer() }) }
  }

  @JvmStatic
  fun arrow(breaker: ArrowBreaker, guarded: GuardedCall, hole: Blackhole) = runBlocking {
    repeat(CALLS) { hole.consume(breaker.protectOrThrow { guarded.answer() }) }
  }

  @JvmStatic
  fun arrow(schedule: Schedule<Throwable, Long>, guarded: GuardedCall, hole: Blackhole) =
    runBlocking {
      repeat(CALLS) { hole.consume(schedule.retry { guarded.answer() }) }
    }

  @JvmStatic
  fun resilience4j(breaker: Resilience4jBreaker, guarded: GuardedCall, hole: Blackhole) =
    runBlocking {
      repeat(CALLS) { hole.consume(breaker.executeSuspendFunction { guarded.answer() }) }
    }

  @JvmStatic
  fun resilience4j(retry: Resilience4jRetry, guarded: GuardedCall, hole: Blackhole) = runBlocking {
    repeat(CALLS) { hole.consume(retry.executeSuspendFunction { guarded.answer() }) }
  }

  @JvmStatic
  fun mutex(breaker: MutexBreaker, guarded: GuardedCall, hole: Blackhole) = runBlocking {
    repeat(CALLS) { hole.consume(breaker.call { guarded.answer() }) }
  }
}
