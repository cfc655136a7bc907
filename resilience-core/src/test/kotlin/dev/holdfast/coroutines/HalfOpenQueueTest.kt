package dev.holdfast.coroutines

import dev.holdfast.breaker.CircuitBreaker.State.CLOSED
import dev.holdfast.breaker.CircuitBreaker.State.HALF_OPEN
import dev.holdfast.breaker.CircuitBreaker.State.OPEN
import dev.holdfast.testing.SchedulerTime
import dev.holdfast.testing.testBreaker
import dev.holdfast.testing.trip
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeInstanceOf
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch
import kotlinx.coroutines.test.advanceTimeBy
import kotlinx.coroutines.test.currentTime
import kotlinx.coroutines.test.runCurrent
import kotlinx.coroutines.test.runTest

class HalfOpenQueueTest :
  FunSpec({
    test("without a wait the caller is refused at once") {
      runTest {
        val breaker = halfOpen { maxWaitInHalfOpen(0.seconds) }
        breaker.acquire()

        caller(breaker).shouldBeRefused(HALF_OPEN)

        currentTime shouldBe 10_000
      }
    }

    test("nobody waits in OPEN") {
      runTest {
        val breaker = testBreaker(SchedulerTime(testScheduler)) { maxWaitInHalfOpen(60.seconds) }
        breaker.trip()

        caller(breaker).shouldBeRefused(OPEN)

        currentTime shouldBe 0
      }
    }

    test("the first who wants a place in HALF_OPEN is the probe and does not wait") {
      runTest {
        val breaker = halfOpen()

        caller(breaker).await().getOrThrow() shouldBe "answer"

        currentTime shouldBe 10_000
        breaker.state() shouldBe CLOSED
      }
    }

    test("a waiter is admitted when the probe succeeds") {
      runTest {
        val breaker = halfOpen()
        val probe = breaker.acquire()
        val waiter = caller(breaker)
        advanceTimeBy(3.seconds)

        probe.success()

        waiter.await().getOrThrow() shouldBe "answer"
        currentTime shouldBe 13_000
      }
    }

    test("a waiter is refused when the probe fails") {
      runTest {
        val breaker = halfOpen()
        val probe = breaker.acquire()
        val waiters = List(3) { caller(breaker) }
        advanceTimeBy(3.seconds)

        probe.failure()

        waiters.forEach { it.shouldBeRefused(OPEN) }
        currentTime shouldBe 13_000
        breaker.snapshot().rejected() shouldBe 3
      }
    }

    test("a waiter becomes the probe when the one before it has no opinion") {
      runTest {
        val breaker = halfOpen()
        val probe = breaker.acquire()
        val waiter = caller(breaker)
        advanceTimeBy(3.seconds)

        probe.close()

        waiter.await().getOrThrow() shouldBe "answer"
        currentTime shouldBe 13_000
        breaker.state() shouldBe CLOSED
      }
    }

    test("a waiter becomes the probe when the lease of a lost one ends") {
      runTest {
        val breaker = halfOpen { probeLease(7.seconds) }
        breaker.acquire()

        caller(breaker).await().getOrThrow() shouldBe "answer"

        currentTime shouldBe 17_000
      }
    }

    test("a waiter is admitted by a reset") {
      runTest {
        val breaker = halfOpen()
        breaker.acquire()
        val waiter = caller(breaker)
        runCurrent()

        breaker.reset()

        waiter.await().getOrThrow() shouldBe "answer"
        currentTime shouldBe 10_000
      }
    }

    test("a waiter is refused when its wait is over, and its neighbours wait on") {
      runTest {
        val breaker = halfOpen()
        val probe = breaker.acquire()
        val first = caller(breaker)
        delay(5.seconds)
        val second = caller(breaker)

        first.shouldBeRefused(HALF_OPEN)
        currentTime shouldBe 30_000
        probe.success()

        second.await().getOrThrow() shouldBe "answer"
        currentTime shouldBe 30_000
        breaker.snapshot().rejected() shouldBe 1
      }
    }

    test("waiters are served in the order in which they came") {
      runTest {
        val breaker = halfOpen { successThreshold(100) }
        val order = mutableListOf<Int>()
        val probe = breaker.acquire()
        val waiters =
          List(5) { number ->
            caller(breaker) {
              order += number
              delay(1.seconds)
              "answer"
            }
          }
        runCurrent()

        probe.success()
        waiters.forEach { it.await().getOrThrow() }

        order shouldContainExactly listOf(0, 1, 2, 3, 4)
        currentTime shouldBe 15_000
      }
    }

    test("as many waiters as there are places run at the same time") {
      runTest {
        val breaker = halfOpen {
          permittedCallsInHalfOpenState(2)
          successThreshold(100)
        }
        val probes = List(2) { breaker.acquire() }
        val waiters = List(4) { caller(breaker) { "answer".also { delay(1.seconds) } } }
        runCurrent()

        probes.forEach { it.success() }
        waiters.forEach { it.await().getOrThrow() }

        currentTime shouldBe 12_000
      }
    }

    test("when a waiter's probe fails those behind it are refused") {
      runTest {
        val breaker = halfOpen()
        val probe = breaker.acquire()
        val failing = caller(breaker) { error("the model is still down") }
        val behind = caller(breaker)
        runCurrent()

        probe.close()

        failing.await().exceptionOrNull().shouldBeInstanceOf<IllegalStateException>()
        behind.shouldBeRefused(OPEN)
      }
    }

    test("the places in the queue are not held while a call runs") {
      runTest {
        val breaker = halfOpen { permittedCallsInHalfOpenState(2) }
        val hanging = CompletableDeferred<Unit>()
        val first = caller(breaker) { "answer".also { hanging.await() } }
        runCurrent()

        val second = caller(breaker)

        second.await().getOrThrow() shouldBe "answer"
        first.isActive shouldBe true
        hanging.complete(Unit)
      }
    }

    test("callers of the other faces are not held up by those who wait") {
      runTest {
        val breaker = halfOpen()
        val probe = breaker.acquire()
        val waiter = launch { breaker.withBreaker {} }
        runCurrent()

        breaker.tryAcquire() shouldBe null
        probe.success()
        breaker.call<String, RuntimeException> { "answer" } shouldBe "answer"

        waiter.join()
      }
    }

    test("a waiter who is refused has not run its block") {
      runTest {
        val breaker = halfOpen { maxWaitInHalfOpen(1.seconds) }
        breaker.acquire()
        val ran = mutableListOf<String>()

        caller(breaker) { "answer".also(ran::add) }.shouldBeRefused(HALF_OPEN)

        ran.shouldBeEmpty()
        currentTime shouldBe 11_000
      }
    }
  })
