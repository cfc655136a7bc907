package dev.holdfast.bulkhead

import dev.holdfast.coroutines.withBulkhead
import dev.holdfast.outcome.ThrowingSupplier
import dev.holdfast.testing.shouldAllocateNothing
import dev.holdfast.testing.shouldAllocateNothingSuspending
import io.kotest.core.spec.style.FunSpec
import java.util.concurrent.CompletableFuture
import java.util.concurrent.CompletionStage
import java.util.function.Supplier

class AllocationTest :
  FunSpec({
    test("a call that need not wait allocates nothing") {
      val bulkhead = testBulkhead()
      val call = ThrowingSupplier<String, RuntimeException> { "answer" }

      shouldAllocateNothing { bulkhead.call(call) }
    }

    test("a call whose answer is there already allocates nothing") {
      val bulkhead = testBulkhead()
      val answer = CompletableFuture.completedFuture("answer")
      val call = Supplier<CompletionStage<String>> { answer }

      shouldAllocateNothing { bulkhead.callAsync(call) }
    }

    test("to enter and to exit allocates nothing") {
      val bulkhead = testBulkhead()

      shouldAllocateNothing { bulkhead.enter().exit() }
      shouldAllocateNothing { bulkhead.tryEnter()?.exit() }
    }

    test("a suspending call that need not wait allocates nothing") {
      val bulkhead = testBulkhead()

      shouldAllocateNothingSuspending { calls -> repeat(calls) { bulkhead.withBulkhead {} } }
    }
  })
