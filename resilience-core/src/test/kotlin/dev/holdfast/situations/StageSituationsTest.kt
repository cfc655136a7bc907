package dev.holdfast.situations

import dev.holdfast.bulkhead.RepeatingStage
import dev.holdfast.situations.After.FAILURE
import dev.holdfast.situations.After.HELD
import dev.holdfast.situations.After.NO_OPINION
import dev.holdfast.situations.After.SUCCESS
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeInstanceOf
import io.kotest.matchers.types.shouldBeSameInstanceAs
import java.util.concurrent.CompletableFuture
import java.util.concurrent.CompletionStage
import java.util.concurrent.RejectedExecutionException
import java.util.function.BiConsumer

/** What can happen to a call because it answers later, and what its stage may do wrong. */
class StageSituationsTest :
  FunSpec({
    Guarding.entries.forEach { guarding ->
      test("$guarding: a stage that accepts no listener fails the call and loses no place") {
        val visit = Visit(guarding.make())

        visit.asFuture(DeafStage)

        visit.guest.awaitFailure().shouldBeInstanceOf<UnsupportedOperationException>()
        visit.attempts.get() shouldBe 1
        visit.guard.after() shouldBe if (guarding.remembers) FAILURE else NO_OPINION
      }

      test("$guarding: a stage that tells its end twice gives the place back once") {
        val visit = Visit(guarding.make())

        visit.asFuture(RepeatingStage("answer")).join() shouldBe "answer"

        visit.guard.stale() shouldBe 0
        visit.guard.after() shouldBe if (guarding.remembers) SUCCESS else NO_OPINION
      }

      test("$guarding: an executor that takes no task fails the call and loses no place") {
        val visit = Visit(guarding.make())
        val refused = RejectedExecutionException()

        val answer =
          visit.guard.callAsync { CompletableFuture.supplyAsync({ "answer" }) { throw refused } }

        answer.handle { _, thrown -> thrown }.join() shouldBeSameInstanceAs refused
        visit.guard.after() shouldBe if (guarding.remembers) FAILURE else NO_OPINION
      }

      test("$guarding: a future that nobody holds any more settles its call all the same") {
        val guard = guarding.make()
        val source = CompletableFuture<String>()
        guard.callAsync { source }
        guard.after() shouldBe HELD

        source.complete("answer")

        guard.after() shouldBe if (guarding.remembers) SUCCESS else NO_OPINION
      }

      test("$guarding: a dependent that throws keeps nothing from the others") {
        val visit = Visit(guarding.make())
        val answer = visit.asFuture()
        answer.whenComplete { _, _ -> throw AssertionError("a dependent's own") }

        visit.guest.finish()

        answer.handle { _, thrown -> thrown }.join().shouldBeNull()
        visit.guard.after() shouldBe if (guarding.remembers) SUCCESS else NO_OPINION
      }
    }
  })

/** A stage that nobody can listen to. */
private object DeafStage : CompletionStage<String> by CompletableFuture<String>() {
  override fun whenComplete(action: BiConsumer<in String, in Throwable>): CompletionStage<String> =
    throw UnsupportedOperationException()

  override fun toCompletableFuture(): CompletableFuture<String> =
    throw UnsupportedOperationException()
}
