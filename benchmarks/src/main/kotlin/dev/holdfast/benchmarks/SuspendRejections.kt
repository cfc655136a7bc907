package dev.holdfast.benchmarks

import arrow.resilience.CircuitBreaker as ArrowBreaker
import arrow.resilience.CircuitBreaker.ExecutionRejected
import dev.holdfast.benchmarks.SuspendCalls.CALLS
import dev.holdfast.breaker.CircuitBreaker
import dev.holdfast.breaker.CircuitOpenException
import dev.holdfast.coroutines.withBreaker
import io.github.resilience4j.circuitbreaker.CallNotPermittedException
import io.github.resilience4j.circuitbreaker.CircuitBreaker as Resilience4jBreaker
import io.github.resilience4j.kotlin.circuitbreaker.executeSuspendFunction
import kotlinx.coroutines.runBlocking
import org.openjdk.jmh.infra.Blackhole

/** As [SuspendCalls], on breakers that are open. */
internal object SuspendRejections {

  @JvmStatic
  fun holdfast(breaker: CircuitBreaker, guarded: GuardedCall, hole: Blackhole) = runBlocking {
    repeat(CALLS) {
      try {
        hole.consume(breaker.withBreaker { guarded.answer() })
      } catch (refused: CircuitOpenException) {
        hole.consume(refused)
      }
    }
  }

  @JvmStatic
  fun arrow(breaker: ArrowBreaker, guarded: GuardedCall, hole: Blackhole) = runBlocking {
    repeat(CALLS) {
      try {
        hole.consume(breaker.protectOrThrow { guarded.answer() })
      } catch (refused: ExecutionRejected) {
        hole.consume(refused)
      }
    }
  }

  @JvmStatic
  fun resilience4j(breaker: Resilience4jBreaker, guarded: GuardedCall, hole: Blackhole) =
    runBlocking {
      repeat(CALLS) {
        try {
          hole.consume(breaker.executeSuspendFunction { guarded.answer() })
        } catch (refused: CallNotPermittedException) {
          hole.consume(refused)
        }
      }
    }

  @JvmStatic
  fun mutex(breaker: MutexBreaker, guarded: GuardedCall, hole: Blackhole) = runBlocking {
    repeat(CALLS) {
      try {
        hole.consume(breaker.call { guarded.answer() })
      } catch (refused: IllegalStateException) {
        hole.consume(refused)
      }
    }
  }
}
