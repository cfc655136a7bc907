package dev.holdfast.breaker

import dev.holdfast.breaker.CircuitBreaker.State.CLOSED
import dev.holdfast.breaker.CircuitBreaker.State.OPEN
import dev.holdfast.testing.SteppingTime
import dev.holdfast.testing.fail
import dev.holdfast.testing.testBreaker
import dev.holdfast.testing.testConfig
import dev.holdfast.testkit.ManualTime
import io.kotest.core.spec.style.FunSpec
import io.kotest.datatest.withData
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import java.time.Duration

/** What a call that is under way when the settings change does at its end. */
private data class Change(
  val before: Int,
  val after: Int,
  val failures: Int,
  val state: CircuitBreaker.State,
)

class ReconfigurationTest :
  FunSpec({
    val fiveSeconds = Duration.ofSeconds(5)

    context("the failure of a call under way is judged by the settings of its end") {
      withData<Change>(
        { "threshold ${it.before}, then ${it.after}, at failure ${it.failures}" },
        Change(3, 3, 3, OPEN),
        Change(3, 4, 3, CLOSED),
        Change(3, 4, 4, OPEN),
        Change(9, 2, 2, OPEN),
        Change(9, 2, 1, CLOSED),
      ) { (before, after, failures, state) ->
        val breaker = testBreaker { failureThreshold(before) }
        val underWay = List(failures) { breaker.acquire() }

        breaker.configure(testConfig { failureThreshold(after) })
        underWay.forEach { it.failure() }

        breaker.state() shouldBe state
        breaker.failures() shouldBe failures
        breaker.snapshot().staleResults shouldBe 0
      }
    }

    test("a result of a call under way counts in the window that the change made") {
      val breaker = testBreaker()
      val underWay = List(3) { breaker.acquire() }

      breaker.configure(
        CircuitBreakerConfig.builder().failureRateThreshold(0.5).slidingWindow(10).build()
      )
      underWay[0].success()
      underWay[1].failure()
      underWay[2].close()

      breaker.snapshot().calls shouldBe 2
      breaker.snapshot().failures shouldBe 1
    }

    test("settings that change in the instant of an opening do not prevent it") {
      val meanwhile = ArrayDeque<() -> Unit>()
      val breaker =
        testBreaker(SteppingTime { 0L.also { meanwhile.removeFirstOrNull()?.invoke() } }) {
          failureThreshold(2)
        }
      breaker.fail(1)

      val last = breaker.acquire()
      meanwhile += { breaker.configure(testConfig { failureThreshold(2) }) }
      last.failure()

      breaker.snapshot().state shouldBe OPEN
      breaker.failures() shouldBe 2
    }

    test("calls that hang are watched on under other settings") {
      val time = ManualTime()
      val breaker = testBreaker(time) { hangingCallsThreshold(9, Duration.ofMinutes(1)) }
      repeat(3) { breaker.acquire() }

      breaker.configure(testConfig { hangingCallsThreshold(3, fiveSeconds) })
      time.advance(fiveSeconds)
      breaker.tryAcquire() shouldBe null

      breaker.state() shouldBe OPEN
    }

    test("calls that hang are not forgotten while there is no rule for them") {
      val time = ManualTime()
      val hanging = testConfig { hangingCallsThreshold(3, fiveSeconds) }
      val breaker = CircuitBreaker.of("sonnet", hanging, time)
      val calls = List(4) { breaker.acquire() }

      breaker.configure(testConfig())
      calls.first().success()
      time.advance(fiveSeconds)
      breaker.acquire().close()
      breaker.configure(hanging)

      breaker.tryAcquire() shouldBe null
    }

    test("failures in a row count again when they are the rule beside the same window") {
      val rates = CircuitBreakerConfig.builder().failureRateThreshold(1.0).slidingWindow(20).build()
      val both = testConfig { slowCallRateThreshold(1.0, fiveSeconds).slidingWindow(20) }
      val breaker = CircuitBreaker.of("sonnet", rates, ManualTime())
      breaker.acquire().success()

      breaker.configure(both)
      breaker.snapshot().calls shouldBe 1
      breaker.fail(3)

      breaker.state() shouldBe OPEN
    }

    test("the window stays when failures in a row are not the rule any more") {
      val both = testConfig { slowCallRateThreshold(1.0, fiveSeconds).slidingWindow(20) }
      val rates = CircuitBreakerConfig.builder().failureRateThreshold(1.0).slidingWindow(20).build()
      val breaker = CircuitBreaker.of("sonnet", both, ManualTime())
      breaker.fail(2)

      breaker.configure(rates)

      breaker.snapshot().calls shouldBe 2
      breaker.failures() shouldBe 2
    }

    test("failures in a row stay when the window beside them changes, comes or goes") {
      fun besideWindow(size: Int) = testConfig {
        slowCallRateThreshold(1.0, fiveSeconds).slidingWindow(size)
      }
      val breaker = testBreaker(ManualTime())
      breaker.fail(2)

      val failures =
        listOf(besideWindow(20), besideWindow(10), testConfig()).map {
          breaker.configure(it)
          breaker.failures()
        }

      failures shouldContainExactly listOf(2, 2, 2)
    }

    test("a dry run that has told its reason to open does not tell it again for other settings") {
      val breaker = testBreaker()
      val told = mutableListOf<ThresholdExceeded>()
      breaker.onThresholdExceeded { told += it }
      breaker.metricsOnly()
      breaker.fail(4)

      breaker.configure(testConfig { failureThreshold(2) })
      breaker.fail(1)

      told.size shouldBe 1
    }

    test("a dry run tells once that calls hang, however many others are fine") {
      val time = ManualTime()
      val breaker = testBreaker(time) { hangingCallsThreshold(1, fiveSeconds) }
      val told = mutableListOf<ThresholdExceeded>()
      breaker.onThresholdExceeded { told += it }
      breaker.metricsOnly()
      val hanging = breaker.acquire()
      repeat(10) {
        time.advance(fiveSeconds)
        breaker.acquire().success()
      }
      told.size shouldBe 1

      hanging.success()
      time.advance(fiveSeconds)
      breaker.acquire().success()
      breaker.acquire()
      time.advance(fiveSeconds)
      breaker.acquire()

      told.size shouldBe 2
    }
  })
