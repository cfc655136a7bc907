package dev.holdfast

import dev.holdfast.plan.CallRecord.Ending
import dev.holdfast.plan.Step
import dev.holdfast.retry.Retry
import dev.holdfast.testing.failure
import dev.holdfast.testkit.ManualTime
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeInstanceOf
import java.net.ConnectException
import java.util.concurrent.CompletableFuture
import java.util.concurrent.CompletionStage
import java.util.concurrent.atomic.AtomicReference
import java.util.function.Supplier

/** Degraded answers of futures that go wrong. */
class FuturesDegradedTest :
  FunSpec({
    val time = ManualTime()

    test("a degraded answer that is no stage ends the call") {
      val resilience = scenarioResilience(time).apply { breakers().breaker("a").forceOpen() }
      val nothing = AtomicReference<CompletionStage<Supplier<Step<String>>>>()
      val plan = resilience.withChain(listOf("a")).plan<String>(true)

      val answer = Drivers.driveAsync(plan, { error("never asked") }, { nothing.get() }, resilience)

      answer.failure().shouldBeInstanceOf<NullPointerException>()
      plan.ending() shouldBe Ending.FAILED
    }

    test("a caller who gives up in its degraded answer has given up, whatever that throws") {
      val resilience =
        scenarioResilience(time)
          .withChain(listOf("a"))
          .withRetry(Retry.builder().maxAttempts(1).build())
      val endings = mutableListOf<Ending>()
      resilience.onCall { endings += it.ending }
      val attempt = CompletableFuture<String>()
      lateinit var answer: CompletableFuture<String>
      answer =
        resilience.callAsync(
          { attempt },
          {
            answer.cancel(true)
            error("too late")
          },
        )

      attempt.completeExceptionally(ConnectException())

      answer.isCancelled shouldBe true
      endings shouldContainExactly listOf(Ending.CANCELLED)
    }
  })
