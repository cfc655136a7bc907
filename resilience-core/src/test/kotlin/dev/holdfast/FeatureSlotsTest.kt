package dev.holdfast

import dev.holdfast.bulkhead.BulkheadConfig
import dev.holdfast.coroutines.callSuspend
import dev.holdfast.model.Feature
import dev.holdfast.model.Model
import dev.holdfast.outcome.Classifier
import dev.holdfast.outcome.FailureClass.RATE_LIMITED
import dev.holdfast.testing.Fault
import dev.holdfast.testing.FaultClassifier
import dev.holdfast.testkit.ManualTime
import dev.holdfast.time.Time
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.comparables.shouldBeGreaterThanOrEqualTo
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeInstanceOf
import java.time.Duration
import java.util.concurrent.CancellationException
import java.util.concurrent.CompletableFuture
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.async
import kotlinx.coroutines.launch
import kotlinx.coroutines.test.runCurrent
import kotlinx.coroutines.test.runTest

/** Calls of a feature that wait for the one slot of its bulkhead. */
class FeatureSlotsTest :
  FunSpec({
    fun chat(time: Time, classifier: Classifier<Any?> = Classifier.standard()): Resilience {
      val one = BulkheadConfig.builder().maxConcurrentCalls(1).maxWait(Duration.ofMinutes(1))
      return Resilience.builder()
        .model(Model.of("a"))
        .feature(Feature.named("chat").bulkhead(one.build()).build())
        .classifier(classifier)
        .time(time)
        .build()
        .feature("chat")
    }

    fun Resilience.running() = checkNotNull(bulkhead()).snapshot().running

    test("a future's call waits for its slot without a thread, and is made when it is free") {
      val resilience = chat(ManualTime())
      val first = CompletableFuture<String>()
      val asked = mutableListOf<Int>()

      val one = resilience.callAsync { first }
      val two =
        resilience.callAsync {
          asked += 2
          CompletableFuture.completedFuture("two")
        }
      asked shouldContainExactly emptyList()
      first.complete("one")

      one.join() shouldBe "one"
      two.join() shouldBe "two"
      resilience.running() shouldBe 0
    }

    test("a call that gets its slot from one that was throttled finds the gate closed") {
      val time = ManualTime()
      val resilience = chat(time, FaultClassifier)
      val first = CompletableFuture<String>()
      val asked = mutableListOf<Duration>()

      resilience.callAsync { first }
      val two =
        resilience.callAsync {
          asked += time.elapsed()
          CompletableFuture.completedFuture("two")
        }
      first.completeExceptionally(Fault(RATE_LIMITED, Duration.ofSeconds(5)))
      time.advance(Duration.ofMinutes(1))

      two.join() shouldBe "two"
      asked.single() shouldBeGreaterThanOrEqualTo Duration.ofSeconds(5)
    }

    test("a future that is cancelled while its call waits for a slot leaves the line") {
      val time = ManualTime()
      val resilience = chat(time)
      val first = CompletableFuture<String>()
      resilience.callAsync { first }
      val asked = mutableListOf<Int>()

      val two = resilience.callAsync { CompletableFuture<String>().also { asked += 2 } }
      two.cancel(true)
      first.complete("one")

      asked shouldContainExactly emptyList()
      resilience.running() shouldBe 0
      resilience.counts().single { it.feature == "chat" }.cancelled shouldBe 1
      time.scheduled() shouldBe 0
    }

    test("a call that may ask no model holds no slot while its degraded answer is found") {
      val resilience = chat(ManualTime())
      resilience.breakers().breaker("a").forceOpen()

      val held = resilience.call<Int, Exception>({ error("never asked") }, { resilience.running() })

      held shouldBe 0
    }

    test("a suspended call waits for its slot in turn") {
      runTest {
        val resilience = chat(ManualTime())
        val first = CompletableDeferred<String>()

        val one = async { resilience.callSuspend { first.await() } }
        val two = async { resilience.callSuspend { "two" } }
        runCurrent()
        two.isCompleted shouldBe false
        first.complete("one")

        one.await() shouldBe "one"
        two.await() shouldBe "two"
        resilience.running() shouldBe 0
      }
    }

    test("a coroutine that is cancelled while it waits for a slot leaves nothing behind") {
      runTest {
        val resilience = chat(ManualTime())
        val first = CompletableDeferred<String>()
        val one = async { resilience.callSuspend { first.await() } }
        runCurrent()

        val two = launch { resilience.callSuspend { error("never asked") } }
        runCurrent()
        two.cancel()
        first.complete("one")

        one.await() shouldBe "one"
        resilience.running() shouldBe 0
        resilience.callSuspend { "three" } shouldBe "three"
      }
    }

    test("a thread that is interrupted while it waits for a slot ends its call") {
      val resilience = chat(ManualTime())
      resilience.callAsync { CompletableFuture<String>() }
      Thread.currentThread().interrupt()

      val end = runCatching { resilience.call<String, Exception> { "never asked" } }

      Thread.interrupted() shouldBe true
      end.exceptionOrNull().shouldBeInstanceOf<CancellationException>()
      resilience.running() shouldBe 1
    }
  })
