package dev.holdfast.coroutines

import dev.holdfast.breaker.CircuitBreaker
import dev.holdfast.breaker.CircuitBreaker.State.CLOSED
import dev.holdfast.breaker.CircuitBreaker.State.HALF_OPEN
import dev.holdfast.breaker.CircuitBreaker.State.OPEN
import dev.holdfast.breaker.CircuitBreakers
import dev.holdfast.breaker.CircuitOpenException
import dev.holdfast.testing.testBreaker
import dev.holdfast.testing.testConfig
import dev.holdfast.testing.trip
import dev.holdfast.testing.tripAndWait
import dev.holdfast.testkit.ManualTime
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeInstanceOf
import java.io.IOException
import java.util.concurrent.CompletableFuture
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.TimeoutCancellationException
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.cancel
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.delay
import kotlinx.coroutines.future.await
import kotlinx.coroutines.launch
import kotlinx.coroutines.test.runCurrent
import kotlinx.coroutines.test.runTest
import kotlinx.coroutines.withTimeout

class WithBreakerTest :
  FunSpec({
    fun probing(): CircuitBreaker {
      val time = ManualTime()
      return testBreaker(time).apply { tripAndWait(time) }
    }

    fun CircuitBreaker.shouldHaveNoOpinion() {
      state() shouldBe HALF_OPEN
      tryAcquire().shouldNotBeNull()
    }

    test("a timeout inside the block is a failure of the model") {
      val breaker = probing()

      runTest {
        shouldThrow<TimeoutCancellationException> {
          breaker.withBreaker { withTimeout(1.seconds) { awaitCancellation() } }
        }
      }

      breaker.state() shouldBe OPEN
    }

    test("a hanging model opens the breaker by timeouts inside the block") {
      val breaker = testBreaker()

      runTest {
        repeat(3) {
          runCatching { breaker.withBreaker { withTimeout(30.seconds) { awaitCancellation() } } }
        }
      }

      breaker.state() shouldBe OPEN
    }

    test("a timeout around the call has no opinion") {
      val breaker = probing()

      runTest {
        shouldThrow<TimeoutCancellationException> {
          withTimeout(1.seconds) { breaker.withBreaker { awaitCancellation() } }
        }
      }

      breaker.shouldHaveNoOpinion()
    }

    test("a CancellationException while the caller is alive is a failure of the model") {
      val breaker = probing()

      runTest {
        shouldThrow<CancellationException> {
          breaker.withBreaker { throw CancellationException("the client's own") }
        }
      }

      breaker.state() shouldBe OPEN
    }

    test("waiting for a cancelled job or future of somebody else is a failure of the model") {
      runTest {
        val cancelled = CompletableFuture<Unit>().apply { cancel(true) }
        val breaker = probing()
        runCatching { breaker.withBreaker { cancelled.await() } }
        breaker.state() shouldBe OPEN
      }
    }

    test("a caller who was cancelled before has no opinion") {
      val breaker = probing()

      runTest {
        launch {
            currentCoroutineContext().cancel()
            breaker.withBreaker { delay(1.seconds) }
          }
          .join()
      }

      breaker.shouldHaveNoOpinion()
    }

    test("a caller who is cancelled during the call has no opinion") {
      val breaker = probing()

      runTest {
        val call = launch { breaker.withBreaker { awaitCancellation() } }
        runCurrent()
        call.cancel()
        call.join()
      }

      breaker.shouldHaveNoOpinion()
    }

    test("a caller who is cancelled has no opinion, whatever the call throws then") {
      val breaker = probing()

      runTest {
        val call = launch {
          runCatching {
            breaker.withBreaker {
              try {
                awaitCancellation()
              } catch (cancelled: CancellationException) {
                throw IOException(cancelled)
              }
            }
          }
        }
        runCurrent()
        call.cancel()
        call.join()
      }

      breaker.shouldHaveNoOpinion()
    }

    test("a caller who is cancelled in the instant of the answer has no opinion") {
      val breaker = probing()

      runTest {
        val answer = CompletableDeferred<String>()
        val call = launch { breaker.withBreaker { answer.await() } }
        runCurrent()
        answer.complete("answer")
        call.cancel()
        call.join()
      }

      breaker.shouldHaveNoOpinion()
    }

    test("a block that has its answer is a success although its caller was cancelled meanwhile") {
      val breaker = probing()

      runTest { launch { breaker.withBreaker { currentCoroutineContext().cancel() } }.join() }

      breaker.state() shouldBe CLOSED
    }

    test("a child that fails inside the block is a failure of the model") {
      val breaker = probing()

      runTest {
        shouldThrow<IOException> {
          breaker.withBreaker { coroutineScope { async { throw IOException() }.await() } }
        }
      }

      breaker.state() shouldBe OPEN
    }

    test("a return out of the block is a success") {
      suspend fun answer(breaker: CircuitBreaker): String {
        breaker.withBreaker {
          return "from inside"
        }
      }
      val breaker = probing()

      runTest { answer(breaker) shouldBe "from inside" }

      breaker.state() shouldBe CLOSED
    }

    test("a break out of the block is a success") {
      val breaker = probing()

      runTest {
        for (attempt in 1..2) {
          breaker.withBreaker { break }
        }
      }

      breaker.state() shouldBe CLOSED
    }

    test("null is an answer, and the block may assign") {
      val breaker = testBreaker()

      runTest {
        val assigned: String
        breaker.withBreaker<String?> {
          assigned = "once"
          null
        } shouldBe null
        assigned shouldBe "once"
      }
    }

    test("the registry sends a call through the breaker of its model") {
      val breakers = CircuitBreakers.of(testConfig())
      breakers.breaker("sonnet").trip()

      runTest {
        breakers.withBreaker("haiku") { "answer" } shouldBe "answer"
        runCatching { breakers.withBreaker("sonnet") { "answer" } }
          .exceptionOrNull()
          .shouldBeInstanceOf<CircuitOpenException>()
      }
    }
  })
