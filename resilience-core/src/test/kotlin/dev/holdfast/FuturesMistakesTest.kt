package dev.holdfast

import dev.holdfast.testing.BreakableTime
import dev.holdfast.testing.failure
import dev.holdfast.testkit.ManualTime
import dev.holdfast.time.ScheduledTask
import dev.holdfast.time.Time
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeSameInstanceAs
import java.io.IOException
import java.time.Duration
import java.util.concurrent.CompletableFuture
import java.util.concurrent.CompletionStage

/** What stages and clocks get wrong that are not ours; in Kotlin each may throw anything. */
class FuturesMistakesTest :
  FunSpec({
    val broken = IOException("broken")

    class Bare(private val stage: CompletableFuture<String>) : CompletionStage<String> by stage {
      override fun toCompletableFuture(): CompletableFuture<String> = throw broken
    }

    test("the answer of a stage that cannot be cancelled is the answer") {
      val stage = CompletableFuture<String>()
      val answer = scenarioResilience(ManualTime()).callAsync<String> { Bare(stage) }

      stage.complete("answer")

      answer.getNow("none") shouldBe "answer"
    }

    test("a stage that cannot be cancelled is left behind when its time is over") {
      val time = ManualTime()
      val answer =
        scenarioResilience(time).callAsync {
          if (it.model == "a") Bare(CompletableFuture())
          else CompletableFuture.completedFuture("answer")
        }

      repeat(10) { time.advance(Duration.ofSeconds(30)) }

      answer.getNow("none") shouldBe "answer"
    }

    test("a timer that cannot be cancelled does not keep an answer back") {
      val manual = ManualTime()
      val time =
        object : Time by manual {
          override fun schedule(delay: Duration, task: Runnable) = ScheduledTask { throw broken }
        }
      val stage = CompletableFuture<String>()
      val answer = scenarioResilience(time).callAsync { stage }

      stage.complete("answer")

      answer.getNow("none") shouldBe "answer"
    }

    test("cancelling reaches the attempt although the clock throws") {
      val time = BreakableTime(broken)
      val stage = CompletableFuture<String>()
      val resilience = scenarioResilience(time).apply { onCall {} }
      val answer = resilience.callAsync { stage }
      time.isBroken = true

      answer.cancel(true)

      stage.isCancelled shouldBe true
    }

    test("a clock that throws before the first attempt fails the future, and nothing is thrown") {
      val time = BreakableTime(broken)
      val resilience = scenarioResilience(time)
      time.isBroken = true

      val answer = resilience.callAsync { CompletableFuture<String>() }

      answer.failure() shouldBeSameInstanceAs broken
    }
  })
