package dev.holdfast.breaker

import dev.holdfast.coroutines.withBreaker
import dev.holdfast.outcome.ThrowingSupplier
import dev.holdfast.testing.shouldAllocateNothing
import dev.holdfast.testing.shouldAllocateNothingSuspending
import dev.holdfast.time.Time
import io.kotest.core.spec.style.FunSpec
import java.time.Duration
import java.util.concurrent.CompletableFuture
import java.util.concurrent.CompletionStage
import java.util.function.Supplier

class AllocationTest :
  FunSpec({
    mapOf<String, CircuitBreakerConfigBuilder.() -> Unit>(
        "failures in a row" to { failureThreshold(5) },
        "a window of calls" to { failureRateThreshold(0.5).slidingWindow(100) },
        "a window of time" to { failureRateThreshold(0.5).slidingWindow(Duration.ofSeconds(10)) },
      )
      .forEach { (rule, configure) ->
        fun breaker(): CircuitBreaker {
          val config = CircuitBreakerConfig.builder().apply(configure).build()
          return CircuitBreaker.of("sonnet", config, Time.system())
        }

        test("a call in CLOSED allocates nothing; $rule") {
          val breaker = breaker()
          val call = ThrowingSupplier<String, RuntimeException> { "answer" }

          shouldAllocateNothing { breaker.call(call) }
        }

        test("a call in CLOSED whose answer is there already allocates nothing; $rule") {
          val breaker = breaker()
          val answer = CompletableFuture.completedFuture("answer")
          val call = Supplier<CompletionStage<String>> { answer }

          shouldAllocateNothing { breaker.callAsync(call) }
        }

        test("an admission in CLOSED allocates nothing; $rule") {
          val breaker = breaker()

          shouldAllocateNothing { breaker.enter().success() }
        }

        test("a suspending call in CLOSED allocates nothing; $rule") {
          val breaker = breaker()

          shouldAllocateNothingSuspending { calls ->
            repeat(calls) { breaker.withBreaker { "answer" } }
          }
        }
      }
  })
