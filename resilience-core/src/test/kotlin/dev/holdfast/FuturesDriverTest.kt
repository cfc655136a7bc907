package dev.holdfast

import dev.holdfast.breaker.CircuitBreaker.State.CLOSED
import dev.holdfast.breaker.CircuitBreaker.State.HALF_OPEN
import dev.holdfast.outcome.CallRejectedException
import dev.holdfast.outcome.DeadlineExceededException
import dev.holdfast.testing.SteppingTime
import dev.holdfast.testing.Threads
import dev.holdfast.testing.failure
import dev.holdfast.testing.trip
import dev.holdfast.testkit.ManualTime
import dev.holdfast.time.Time
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeInstanceOf
import io.kotest.matchers.types.shouldBeSameInstanceAs
import io.mockk.every
import io.mockk.mockk
import java.net.ConnectException
import java.time.Duration
import java.util.concurrent.CompletableFuture
import java.util.concurrent.CompletionException
import java.util.concurrent.CompletionStage
import java.util.concurrent.TimeoutException
import java.util.concurrent.atomic.AtomicReference

class FuturesDriverTest :
  FunSpec({
    val time = ManualTime()

    /** In HALF_OPEN, so that a permit that is lost shows. */
    fun probing(clock: Time = time) =
      scenarioResilience(clock).apply {
        listOf("a", "b").forEach { breakers().breaker(it).trip() }
        time.advance(Duration.ofSeconds(10))
      }

    fun Resilience.shouldHaveNoOpinionOf(model: String) {
      with(breakers().breaker(model)) {
        state() shouldBe HALF_OPEN
        tryAcquire().shouldNotBeNull().close()
      }
    }

    test("an attempt that has succeeded already needs no timer") {
      val clock = SteppingTime { 0 }

      scenarioResilience(clock)
        .callAsync { CompletableFuture.completedFuture("answer") }
        .join() shouldBe "answer"
    }

    test("a call that throws instead of returning a stage has failed, and nothing is thrown") {
      val asked = mutableListOf<String>()

      val answer =
        scenarioResilience(time).callAsync {
          asked += it.model
          if (it.model == "a") throw ConnectException()
          CompletableFuture.completedFuture("answer")
        }
      time.advance(Duration.ofMinutes(1))

      answer.join() shouldBe "answer"
      asked shouldContainExactly listOf("a", "a", "a", "b")
    }

    test("a call that returns no stage has a fault that is not the model's") {
      val resilience = probing()

      val answer = resilience.callAsync { AtomicReference<CompletionStage<String>>().get() }

      answer.failure().shouldBeInstanceOf<NullPointerException>()
      resilience.shouldHaveNoOpinionOf("a")
      resilience.shouldHaveNoOpinionOf("b")
    }

    test("wrappers are taken off what a stage or a call throws") {
      val rejected = DeadlineExceededException()
      val byStage = CompletableFuture<String>()
      val resilience = scenarioResilience(time).withChain(listOf("a"))

      val answers =
        listOf(
          resilience.callAsync { byStage.thenApply { it } },
          resilience.callAsync<String> { throw CompletionException(rejected) },
        )
      byStage.completeExceptionally(rejected)

      answers.forEach { it.failure() shouldBeSameInstanceAs rejected }
    }

    test("cancelling reaches the stage in flight, the timer and the permit") {
      val resilience = probing()
      val stage = CompletableFuture<String>()
      val answer = resilience.callAsync { stage }
      time.scheduled() shouldBe 1

      answer.cancel(true)

      stage.isCancelled shouldBe true
      time.scheduled() shouldBe 0
      resilience.shouldHaveNoOpinionOf("a")
      resilience.breakers().breaker("b").snapshot().rejected() shouldBe 0
    }

    test("cancelling ends a pause, and no attempt follows") {
      val asked = mutableListOf<String>()
      val answer =
        scenarioResilience(time).callAsync<String> {
          asked += it.model
          throw ConnectException()
        }
      time.scheduled() shouldBe 1

      answer.cancel(true)
      time.advance(Duration.ofHours(1))

      time.scheduled() shouldBe 0
      asked shouldContainExactly listOf("a")
    }

    test("completing the returned future in another way does the same") {
      val resilience = probing()
      val stage = CompletableFuture<String>()

      resilience.callAsync { stage }.complete("instead")

      stage.isCancelled shouldBe true
      time.scheduled() shouldBe 0
      resilience.shouldHaveNoOpinionOf("a")
    }

    val whileBusy: Map<String, () -> CompletionStage<String>> =
      mapOf(
        "returns a stage" to { CompletableFuture() },
        "answers" to { CompletableFuture.completedFuture("answer") },
        "throws" to { throw TimeoutException() },
        "throws what is unknown" to { error("unknown") },
      )
    whileBusy.forEach { (name, reply) ->
      test(
        "cancelling while the call is being made, which then $name: no opinion, no attempt more"
      ) {
        val held = AtomicReference<CompletableFuture<String>>()
        val start = CompletableFuture<String>()
        val asked = mutableListOf<String>()
        val resilience = scenarioResilience(time)
        val stages = mutableListOf<CompletionStage<String>>()
        held.set(
          resilience.callAsync {
            asked += it.model
            if (it.number == 1) start
            else {
              held.get().cancel(true)
              reply().also(stages::add)
            }
          }
        )

        start.completeExceptionally(ConnectException())
        time.advance(Duration.ofHours(1))

        asked shouldContainExactly listOf("a", "a")
        stages.forEach { it.toCompletableFuture().isDone shouldBe true }
        time.scheduled() shouldBe 0
        resilience.breakers().breaker("a").failures() shouldBe 1
      }
    }

    test("a stage that is complete already ends the call on the spot and leaves no timer") {
      val answer =
        scenarioResilience(time).callAsync { CompletableFuture.completedFuture("answer") }

      answer.isDone shouldBe true
      time.scheduled() shouldBe 0
    }

    test("an attempt that takes too long is cancelled") {
      val stages = mutableListOf<CompletableFuture<String>>()
      val answer =
        scenarioResilience(time).withChain(listOf("a")).callAsync {
          CompletableFuture<String>().also(stages::add)
        }

      time.advance(Duration.ofSeconds(30))
      stages.map { it.isCancelled } shouldContainExactly listOf(true)
      time.advance(Duration.ofHours(1))

      stages.map { it.isCancelled } shouldContainExactly listOf(true, true)
      answer.isCompletedExceptionally shouldBe true
    }

    test("a late answer of an attempt that was given up changes nothing") {
      val stages = mutableListOf<CompletableFuture<String>>()
      val resilience = scenarioResilience(time)
      val answer =
        resilience.callAsync {
          object : CompletableFuture<String>() {
              override fun cancel(mayInterruptIfRunning: Boolean) = false
            }
            .also(stages::add)
        }
      time.advance(Duration.ofSeconds(31))

      stages[0].complete("late")
      answer.isDone shouldBe false
      stages[1].complete("in time")

      answer.join() shouldBe "in time"
      resilience.breakers().breaker("a").failures() shouldBe 0
    }

    test("a clock that cannot start a timer ends the call instead of letting it hang") {
      val resilience = probing(SteppingTime(time::nanoTime))
      val stage = CompletableFuture<String>()

      val answer = resilience.callAsync { stage }

      answer.failure().shouldBeInstanceOf<IllegalStateException>()
      stage.isCancelled shouldBe true
      resilience.shouldHaveNoOpinionOf("a")
    }

    test("a clock that cannot start a timer for a pause ends the call") {
      val answer =
        scenarioResilience(SteppingTime(time::nanoTime)).callAsync<String> {
          throw ConnectException()
        }

      answer.failure().shouldBeInstanceOf<IllegalStateException>().message shouldBe
        "this clock does not wait"
    }

    test("a stage that accepts no listener ends the call instead of letting it hang") {
      val resilience = probing()
      val broken = IllegalStateException("no listeners")
      val stage = mockk<CompletionStage<String>>()
      every { stage.whenComplete(any()) } throws broken
      every { stage.toCompletableFuture() } throws broken

      val answer = resilience.callAsync { stage }

      answer.failure() shouldBeSameInstanceAs broken
      time.scheduled() shouldBe 0
      resilience.shouldHaveNoOpinionOf("a")
    }

    test("a refusal of all models completes the future and throws nothing") {
      val resilience = scenarioResilience(time)
      listOf("a", "b").forEach { resilience.breakers().breaker(it).trip() }

      val answer = resilience.callAsync { CompletableFuture<String>() }

      answer.failure().shouldBeInstanceOf<CallRejectedException>()
    }

    test("null is an answer, from a model and at the end of the chain") {
      val resilience = scenarioResilience(time)
      val none = CompletableFuture.completedFuture<String?>(null)

      resilience.callAsync { none }.join() shouldBe null
      resilience.callAsync<String?>({ error("down") }, { null }).join() shouldBe null
    }

    test("of an answer, a timeout and a cancellation in the same instant one decides") {
      Threads().use { threads ->
        repeat(1000) {
          val resilience = scenarioResilience(time).withChain(listOf("a"))
          val stage = CompletableFuture<String>()
          val answer = resilience.callAsync { stage }

          threads.race {
            when (it) {
              0 -> stage.complete("answer")
              1 -> answer.cancel(true)
              2 -> time.advance(Duration.ofSeconds(30))
              else -> Unit
            }
          }
          answer.cancel(true)

          stage.isDone shouldBe true
          time.scheduled() shouldBe 0
          resilience.breakers().breaker("a").state() shouldBe CLOSED
        }
      }
    }
  })
