package dev.holdfast.coroutines

import dev.holdfast.breaker.CircuitBreaker
import dev.holdfast.breaker.CircuitBreaker.State.CLOSED
import dev.holdfast.breaker.CircuitBreaker.State.HALF_OPEN
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import kotlin.time.Duration
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch
import kotlinx.coroutines.test.runCurrent
import kotlinx.coroutines.test.runTest
import kotlinx.coroutines.yield

class HalfOpenOrderTest :
  FunSpec({
    fun CircuitBreaker.maxWait(wait: Duration) {
      configure(config().toBuilder().apply { maxWaitInHalfOpen(wait) }.build())
    }

    test("a waiter whose wait is over does not get ahead of one who waits on") {
      runTest {
        val breaker = halfOpen()
        val probe = breaker.acquire()
        val first = caller(breaker)
        runCurrent()
        breaker.maxWait(5.seconds)
        val second = caller(breaker)
        runCurrent()
        launch {
          delay(5.seconds)
          probe.close()
        }

        second.shouldBeRefused(HALF_OPEN)

        first.await().getOrThrow() shouldBe "answer"
        breaker.snapshot().rejected() shouldBe 1
      }
    }

    test("a waiter whose wait ends in the instant of a recovery is admitted") {
      runTest {
        val breaker = halfOpen { maxWaitInHalfOpen(5.seconds) }
        val probe = breaker.acquire()
        val waiter = caller(breaker)
        runCurrent()
        launch {
          delay(5.seconds)
          probe.success()
        }

        waiter.await().getOrThrow() shouldBe "answer"
        breaker.state() shouldBe CLOSED
      }
    }

    test("newcomers queue up behind the waiters, at whatever step of an admission they come") {
      runTest {
        repeat(20) { steps ->
          val breaker = halfOpen { successThreshold(100) }
          val order = mutableListOf<String>()
          fun caller(name: String) = caller(breaker) { name.also(order::add).also { yield() } }
          val probe = breaker.acquire()
          val waiters = List(2) { caller("waiter $it") }
          runCurrent()

          probe.close()
          repeat(steps) { yield() }
          val newcomer = caller("newcomer")
          (waiters + newcomer).forEach { it.await().getOrThrow() }

          order shouldContainExactly listOf("waiter 0", "waiter 1", "newcomer")
        }
      }
    }

    test("a cancelled waiter leaves the order of the others as it is") {
      runTest {
        val breaker = halfOpen { successThreshold(100) }
        val order = mutableListOf<Int>()
        val probe = breaker.acquire()
        val waiters = List(4) { caller(breaker) { "answer".also { _ -> order += it } } }
        runCurrent()

        waiters[1].cancel()
        probe.close()
        runCurrent()
        waiters[3].await()

        order shouldContainExactly listOf(0, 2, 3)
        breaker.snapshot().rejected() shouldBe 0
        breaker.tryAcquire()?.isSettled shouldBe false
      }
    }
  })
