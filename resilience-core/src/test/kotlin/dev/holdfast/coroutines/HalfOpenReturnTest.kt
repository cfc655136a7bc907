package dev.holdfast.coroutines

import dev.holdfast.breaker.CircuitBreaker
import dev.holdfast.breaker.CircuitBreaker.State.HALF_OPEN
import dev.holdfast.breaker.CircuitBreaker.State.OPEN
import dev.holdfast.testing.SteppingTime
import dev.holdfast.testing.testBreaker
import dev.holdfast.testing.trip
import io.kotest.core.spec.style.FunSpec
import io.kotest.datatest.withData
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import kotlin.time.Duration.Companion.minutes
import kotlin.time.Duration.Companion.seconds
import kotlin.time.toJavaDuration
import kotlinx.coroutines.delay
import kotlinx.coroutines.test.currentTime
import kotlinx.coroutines.test.runCurrent
import kotlinx.coroutines.test.runTest

class HalfOpenReturnTest :
  FunSpec({
    context("a caller who comes when OPEN ends between two looks is admitted") {
      withData<Int>({ "OPEN ends before look $it" }, 1, 2, 3) { look ->
        runTest {
          val clock = EndingOpen()
          clock.breaker.trip()
          clock.endBefore(look)

          val caller = caller(clock.breaker)

          if (look <= 2) caller.await().getOrThrow() shouldBe "answer"
          else caller.shouldBeRefused(OPEN)
          clock.told shouldBe if (look <= 2) 0 else 1
          clock.breaker.snapshot().rejected() shouldBe clock.told
        }
      }
    }

    context("a waiter is admitted when the next OPEN ends between two of its looks") {
      withData<Int>({ "OPEN ends before look $it" }, 1, 2, 3, 4) { look ->
        runTest {
          val clock = EndingOpen()
          val probe = clock.halfOpen()
          val waiter = caller(clock.breaker)
          runCurrent()

          probe.failure()
          clock.endBefore(look)

          if (look <= 3) waiter.await().getOrThrow() shouldBe "answer"
          else waiter.shouldBeRefused(OPEN)
          clock.told shouldBe if (look <= 3) 0 else 1
          clock.breaker.snapshot().rejected() shouldBe clock.told
        }
      }
    }

    test("a waiter who has to go back into the line leaves it when its first wait is over") {
      runTest {
        val clock = EndingOpen()
        val probe = clock.halfOpen()
        val waiter = caller(clock.breaker)
        delay(5.seconds)

        probe.failure()
        clock.endBefore(3) { clock.breaker.tryAcquire().shouldNotBeNull() }

        waiter.shouldBeRefused(HALF_OPEN)
        currentTime shouldBe 20_000
        clock.told shouldBe 1
        clock.breaker.snapshot().rejected() shouldBe 1
      }
    }

    test("a caller who comes when OPEN ends, and waits in vain, is refused once") {
      runTest {
        val clock = EndingOpen()
        clock.breaker.trip()
        clock.endBefore(2) { clock.breaker.tryAcquire().shouldNotBeNull() }

        caller(clock.breaker).shouldBeRefused(HALF_OPEN)

        currentTime shouldBe 20_000
        clock.told shouldBe 1
        clock.breaker.snapshot().rejected() shouldBe 1
      }
    }
  })

/** A clock that stands still, but for a jump to the end of OPEN before a chosen reading. */
private class EndingOpen {
  private var now = 0L
  private var readings = 0
  private var jump = 0
  private var andThen = {}

  /** The refusals that the breaker has told. */
  var told = 0
    private set

  val breaker: CircuitBreaker =
    testBreaker(SteppingTime(::read)) {
        maxWaitInHalfOpen(20.seconds)
        probeLease(5.minutes.toJavaDuration())
      }
      .also { it.onRejection { told++ } }

  /** Opens the breaker, ends that and takes the only place. */
  fun halfOpen() =
    breaker.run {
      trip()
      end()
      acquire()
    }

  fun endBefore(reading: Int, then: () -> Unit = {}) {
    readings = 0
    jump = reading
    andThen = then
  }

  private fun read(): Long {
    if (++readings == jump) {
      end()
      andThen()
    }
    return now
  }

  private fun end() {
    now += breaker.config().waitDurationInOpenState().toNanos()
  }
}
