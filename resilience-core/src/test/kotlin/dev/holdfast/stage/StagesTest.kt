package dev.holdfast.stage

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeSameInstanceAs
import io.mockk.every
import io.mockk.mockk
import java.io.IOException
import java.util.concurrent.CompletableFuture
import java.util.concurrent.CompletionException
import java.util.concurrent.CompletionStage
import java.util.concurrent.ExecutionException

class StagesTest :
  FunSpec({
    val inmost = IOException()
    listOf(
        inmost to inmost,
        CompletionException(inmost) to inmost,
        ExecutionException(inmost) to inmost,
        CompletionException(ExecutionException(CompletionException(inmost))) to inmost,
      )
      .forEachIndexed { row, (thrown, bare) ->
        test("$row: of ${thrown::class.simpleName} the failure itself is left") {
          Stages.bare(thrown) shouldBeSameInstanceAs bare
        }
      }

    test("only wrappers are taken off, and none that has nothing inside") {
      val meaning = IllegalStateException(inmost)
      val empty = CompletionException("alone", null)

      Stages.bare(CompletionException(meaning)) shouldBeSameInstanceAs meaning
      Stages.bare(empty) shouldBeSameInstanceAs empty
    }

    test("wrappers around each other in a circle have an end") {
      val one = object : CompletionException("one") {}
      val two = CompletionException("two", one)
      one.initCause(two)

      (Stages.bare(two) in setOf<Throwable>(one, two)) shouldBe true
    }

    test("only a future of the JDK's own that has succeeded is taken for answered") {
      val answered = CompletableFuture.completedFuture("answer")
      val asks = object : CompletableFuture<String>() {}.also { it.complete("answer") }

      Stages.succeeded(answered) shouldBeSameInstanceAs answered
      listOf(
          null,
          CompletableFuture(),
          CompletableFuture.failedFuture(inmost),
          CompletableFuture<String>().also { it.cancel(false) },
          CompletableFuture.completedStage("answer"),
          asks,
        )
        .forEach { Stages.succeeded<String>(it) shouldBe null }
    }

    test("a stage is cancelled if it knows how, and otherwise nothing happens") {
      val future = CompletableFuture<String>()
      val minimal = CompletableFuture<String>()
      val stage = mockk<CompletionStage<String>>()
      every { stage.toCompletableFuture() } throws UnsupportedOperationException()

      listOf(future, minimal.minimalCompletionStage(), stage).forEach(Stages::cancel)

      future.isCancelled shouldBe true
      minimal.isDone shouldBe false
    }
  })
