package dev.holdfast.coroutines

import dev.holdfast.Resilience
import dev.holdfast.breaker.CircuitBreaker.State.HALF_OPEN
import dev.holdfast.breaker.CircuitOpenException
import dev.holdfast.outcome.AttemptTimeoutException
import dev.holdfast.outcome.FailureClass
import dev.holdfast.plan.CallFailure
import dev.holdfast.retry.Retry
import dev.holdfast.scenarioResilience
import dev.holdfast.testing.SchedulerTime
import dev.holdfast.testing.trip
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeInstanceOf
import java.net.ConnectException
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.NonCancellable
import kotlinx.coroutines.TimeoutCancellationException
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch
import kotlinx.coroutines.test.TestScope
import kotlinx.coroutines.test.advanceTimeBy
import kotlinx.coroutines.test.currentTime
import kotlinx.coroutines.test.runCurrent
import kotlinx.coroutines.test.runTest
import kotlinx.coroutines.withContext
import kotlinx.coroutines.withTimeout

class SuspendDriverTest :
  FunSpec({
    fun TestScope.resilience() = scenarioResilience(SchedulerTime(testScheduler))

    /** In HALF_OPEN, so that a permit that is lost shows. */
    suspend fun TestScope.probing() =
      resilience().also { resilience ->
        listOf("a", "b").forEach { resilience.breakers().breaker(it).trip() }
        delay(10.seconds)
      }

    fun Resilience.shouldHaveNoOpinionOf(model: String) {
      with(breakers().breaker(model)) {
        state() shouldBe HALF_OPEN
        tryAcquire().shouldNotBeNull()
      }
    }

    test("a suspending call is made like any other, with or without a degraded answer") {
      runTest {
        val answer =
          resilience().callSuspend { attempt ->
            delay(1.seconds)
            "answer of ${attempt.model}"
          }
        val degraded =
          resilience().callSuspend(
            degraded = { failure ->
              delay(1.seconds)
              "degraded after ${failure.attempts}"
            }
          ) {
            error("down")
          }

        answer shouldBe "answer of a"
        degraded shouldBe "degraded after 2"
      }
    }

    test("a cancelled caller cancels the attempt and says nothing about the model") {
      runTest {
        val resilience = probing()
        var cancelled = false
        val call = launch {
          resilience.callSuspend {
            try {
              awaitCancellation()
            } finally {
              cancelled = true
            }
          }
        }
        runCurrent()

        call.cancel()
        call.join()

        cancelled shouldBe true
        resilience.shouldHaveNoOpinionOf("a")
        resilience.breakers().breaker("b").snapshot().rejected() shouldBe 0
      }
    }

    test("a caller cancelled in the instant of the answer says nothing about the model") {
      runTest {
        val resilience = probing()
        val answer = CompletableDeferred<String>()
        val call = launch { resilience.callSuspend { answer.await() } }
        runCurrent()

        answer.complete("answer")
        call.cancel()
        call.join()

        resilience.shouldHaveNoOpinionOf("a")
      }
    }

    test("a caller cancelled in a pause makes no attempt more") {
      runTest {
        val asked = mutableListOf<String>()
        val call = launch {
          resilience().callSuspend<Unit> {
            asked += it.model
            throw ConnectException()
          }
        }
        runCurrent()

        call.cancel()
        call.join()
        advanceTimeBy(60.seconds)

        asked shouldContainExactly listOf("a")
      }
    }

    test("a timeout around the call ends it with no opinion") {
      runTest {
        val resilience = probing()

        shouldThrow<TimeoutCancellationException> {
          withTimeout(5.seconds) { resilience.callSuspend { awaitCancellation() } }
        }

        resilience.shouldHaveNoOpinionOf("a")
      }
    }

    test("a timeout of the call's own is a failure of the attempt, and the next model is asked") {
      runTest {
        val resilience = resilience()

        val answer =
          resilience.callSuspend {
            if (it.model == "a") withTimeout(5.seconds) { awaitCancellation() } else "answer"
          }

        answer shouldBe "answer"
        currentTime shouldBe 11_000
        resilience.breakers().breaker("a").failures() shouldBe 2
      }
    }

    test("a timeout of ours has the name and the time of the attempt") {
      runTest {
        val thrown =
          shouldThrow<AttemptTimeoutException> {
            resilience().withChain(listOf("b")).callSuspend { awaitCancellation() }
          }

        thrown.model() shouldBe "b"
        thrown.timeout().toSeconds() shouldBe 30
        currentTime shouldBe 61_000
      }
    }

    test("an attempt that fails by its own means after its timeout has timed out all the same") {
      runTest {
        val resilience = resilience()

        val thrown =
          shouldThrow<AttemptTimeoutException> {
            resilience.withChain(listOf("a")).callSuspend {
              runCatching { awaitCancellation() }.getOrElse { error("wrapped by a client") }
            }
          }

        thrown.model() shouldBe "a"
        resilience.breakers().breaker("a").failures() shouldBe 2
      }
    }

    test("a caller cancelled while an attempt cleans up after its timeout makes no attempt more") {
      runTest {
        val asked = mutableListOf<String>()
        val call = launch {
          resilience().withRetry(Retry.builder().maxAttempts(1).build()).callSuspend<Unit> {
            asked += it.model
            try {
              awaitCancellation()
            } finally {
              withContext(NonCancellable) { delay(5.seconds) }
            }
          }
        }
        delay(31.seconds)

        call.cancel()
        call.join()

        asked shouldContainExactly listOf("a")
      }
    }

    test("an attempt that cleans up after its timeout is waited for") {
      runTest {
        var cleaned = 0
        runCatching {
          resilience().callSuspend {
            try {
              awaitCancellation()
            } finally {
              cleaned++
            }
          }
        }

        cleaned shouldBe 4
      }
    }

    test("null is an answer and not a timeout") {
      runTest { resilience().callSuspend<String?> { null } shouldBe null }
    }

    test("a cancelled caller gets no degraded answer") {
      runTest {
        val seen = mutableListOf<CallFailure>()
        val call = launch {
          resilience().callSuspend<String>(
            degraded = {
              seen += it
              "degraded"
            }
          ) {
            awaitCancellation()
          }
        }
        runCurrent()

        call.cancel()
        call.join()

        seen.size shouldBe 0
      }
    }

    test("the degraded answer is told why, when nothing could be asked") {
      runTest {
        val resilience = resilience()
        listOf("a", "b").forEach { resilience.breakers().breaker(it).trip() }
        val seen = mutableListOf<CallFailure>()

        resilience.callSuspend(
          degraded = {
            seen += it
            "degraded"
          }
        ) {
          "never"
        } shouldBe "degraded"

        seen.single().attempts shouldBe 0
        seen.single().last().failureClass() shouldBe FailureClass.REJECTED
        seen.single().last().cause().shouldBeInstanceOf<CircuitOpenException>().name() shouldBe "b"
      }
    }
  })
