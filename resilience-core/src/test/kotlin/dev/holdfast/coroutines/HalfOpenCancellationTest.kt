package dev.holdfast.coroutines

import dev.holdfast.breaker.CircuitBreaker.State.CLOSED
import dev.holdfast.breaker.CircuitBreaker.State.HALF_OPEN
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import kotlin.time.Duration.Companion.milliseconds
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch
import kotlinx.coroutines.test.currentTime
import kotlinx.coroutines.test.runCurrent
import kotlinx.coroutines.test.runTest
import kotlinx.coroutines.yield

class HalfOpenCancellationTest :
  FunSpec({
    test("a cancelled waiter leaves the queue to the next one") {
      runTest {
        val breaker = halfOpen()
        val probe = breaker.acquire()
        val started = mutableListOf<String>()
        val head = launch { breaker.withBreaker { started += "head" } }
        val next = launch { breaker.withBreaker { started += "next" } }
        runCurrent()

        head.cancel()
        runCurrent()
        probe.success()
        next.join()

        started shouldContainExactly listOf("next")
        currentTime shouldBe 10_000
      }
    }

    test("a waiter behind the head that is cancelled leaves nothing behind") {
      runTest {
        val breaker = halfOpen()
        val probe = breaker.acquire()
        val head = caller(breaker)
        val second = launch { breaker.withBreaker {} }
        runCurrent()

        second.cancel()
        second.join()
        probe.close()

        head.await().getOrThrow() shouldBe "answer"
        breaker.snapshot().rejected() shouldBe 0
      }
    }

    test("a waiter cancelled in the instant of its admission gives the place back") {
      runTest {
        val breaker = halfOpen { successThreshold(1_000_000) }
        var ran = 0
        repeat(2000) { round ->
          val probe = breaker.acquire()
          val waiter = launch {
            breaker.withBreaker {
              ran++
              awaitCancellation()
            }
          }
          runCurrent()

          if (round % 2 == 0) {
            probe.close()
            waiter.cancel()
          } else {
            waiter.cancel()
            probe.close()
          }
          runCurrent()

          breaker.acquire().close()
        }

        ran shouldBe 0
        breaker.state() shouldBe HALF_OPEN
      }
    }

    test("a waiter cancelled at each of the steps after its admission gives the place back") {
      runTest {
        val breaker = halfOpen { successThreshold(1_000_000) }
        repeat(200) { steps ->
          val probe = breaker.acquire()
          val waiter = launch { breaker.withBreaker { awaitCancellation() } }
          runCurrent()
          val canceller =
            launch(start = CoroutineStart.UNDISPATCHED) {
              repeat(steps % 10) { yield() }
              waiter.cancel()
            }

          probe.close()
          runCurrent()

          canceller.join()
          waiter.join()
          breaker.acquire().close()
        }
      }
    }

    test("a waiter whose wait ends in the instant of its admission is admitted or refused, whole") {
      runTest {
        repeat(200) {
          val breaker = halfOpen { maxWaitInHalfOpen(5.milliseconds) }
          val probe = breaker.acquire()
          val waiter = caller(breaker)
          val release = launch {
            delay(5.milliseconds)
            probe.close()
          }

          val result = waiter.await()
          release.join()

          if (result.isSuccess) breaker.state() shouldBe CLOSED
          else breaker.tryAcquire().shouldNotBeNull()
        }
      }
    }
  })
