package dev.holdfast.retry

import dev.holdfast.coroutines.withRetry
import dev.holdfast.outcome.ThrowingSupplier
import dev.holdfast.testing.shouldAllocateNothing
import dev.holdfast.testing.shouldAllocateNothingSuspending
import io.kotest.core.spec.style.FunSpec
import java.util.concurrent.CompletableFuture
import java.util.concurrent.CompletionStage
import java.util.function.Supplier

class AllocationTest :
  FunSpec({
    data class Row(val name: String, val retry: Retry)
    listOf(
        Row("without a budget", Retry.defaults()),
        Row(
          "with a budget",
          Retry.builder().budget(RetryBudget.of(RetryBudgetConfig.defaults())).build(),
        ),
        Row("with a look at the result", Retry.builder().retryIfResult { it == null }.build()),
      )
      .forEach { (name, retry) ->
        test("a call that succeeds at once allocates nothing, $name") {
          val call = ThrowingSupplier<String, RuntimeException> { "answer" }

          shouldAllocateNothing { retry.call(call) }
        }

        test("a call whose answer is there already allocates nothing, $name") {
          val answer = CompletableFuture.completedFuture("answer")
          val call = Supplier<CompletionStage<String>> { answer }

          shouldAllocateNothing { retry.callAsync(call) }
        }

        test("a suspending call that succeeds at once allocates nothing, $name") {
          shouldAllocateNothingSuspending { calls ->
            repeat(calls) { retry.withRetry { "answer" } }
          }
        }
      }
  })
