package dev.holdfast.breaker

import dev.holdfast.breaker.CircuitBreaker.State.CLOSED
import dev.holdfast.breaker.CircuitBreaker.State.DISABLED
import dev.holdfast.breaker.CircuitBreaker.State.FORCED_OPEN
import dev.holdfast.breaker.CircuitBreaker.State.METRICS_ONLY
import dev.holdfast.breaker.CircuitBreaker.State.OPEN
import dev.holdfast.outcome.DeadlineExceededException
import dev.holdfast.testing.fail
import dev.holdfast.testing.recordTransitions
import dev.holdfast.testing.testBreaker
import dev.holdfast.testing.testConfig
import dev.holdfast.testing.trip
import dev.holdfast.testkit.ManualTime
import dev.holdfast.time.WaitHints
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.datatest.withData
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import io.kotest.matchers.throwable.shouldHaveMessage
import java.io.IOException
import java.time.Duration
import java.util.Random

class OpeningsTest :
  FunSpec({
    fun CircuitBreaker.failProbe(time: ManualTime) {
      time.advance(retryAfter())
      acquire().failure()
    }

    test("the wait grows with each failed probe up to its cap, and starts anew after a recovery") {
      val time = ManualTime()
      val breaker = testBreaker(time) { waitDurationGrowth(2.0, Duration.ofSeconds(50)) }
      val waits = mutableListOf<Long>()
      breaker.onTransition { if (it.to() == OPEN) waits += it.retryAfter().toSeconds() }

      breaker.trip()
      repeat(4) { breaker.failProbe(time) }
      time.advance(breaker.retryAfter())
      breaker.acquire().success()
      breaker.trip()

      waits shouldContainExactly listOf(10L, 20L, 40L, 50L, 50L, 10L)
    }

    test("jitter spreads the waits inside the cap, at the cap as well") {
      val random = Random(3)
      val config = testConfig {
        waitDurationGrowth(10.0, Duration.ofSeconds(100))
        waitDurationJitter(0.2)
      }
      val time = ManualTime()
      val breaker = CircuitBreaker.of("sonnet", config, time, random)
      breaker.trip()
      val waits =
        List(500) {
          breaker.failProbe(time)
          breaker.retryAfter()
        }

      val capped = waits.drop(1)
      (capped.max() <= Duration.ofSeconds(100)) shouldBe true
      (capped.min() >= Duration.ofSeconds(83)) shouldBe true
      (capped.toSet().size > 490) shouldBe true
    }

    test("a wait that the provider names takes the place of the configured one") {
      val time = ManualTime()
      val breaker = testBreaker(time)
      breaker.fail(2)

      breaker.acquire().failure(Duration.ofSeconds(90))

      breaker.retryAfter() shouldBe Duration.ofSeconds(90)
      time.advance(Duration.ofSeconds(90))
      breaker.acquire().failure(Duration.ofDays(30))
      breaker.retryAfter() shouldBe WaitHints.LONGEST
      shouldThrow<IllegalArgumentException> {
        breaker.reset()
        breaker.acquire().failure(Duration.ofSeconds(-1))
      } shouldHaveMessage "retryAfter must not be negative, but was PT-1S"
    }

    data class Report(val hint: Duration?, val thrown: Exception, val open: Duration)
    listOf(
        Report(Duration.ofSeconds(90), IOException(), Duration.ofSeconds(90)),
        Report(null, IOException(), Duration.ofSeconds(10)),
        Report(Duration.ofSeconds(90), DeadlineExceededException(), Duration.ZERO),
      )
      .forEach { (hint, thrown, open) ->
        test("${thrown.javaClass.simpleName} with a hint of $hint opens the breaker for $open") {
          val breaker = testBreaker { failureThreshold(1) }

          breaker.acquire().failure(thrown, hint)

          breaker.retryAfter() shouldBe open
        }
      }

    test("a negative hint is refused, and the permit is still the caller's") {
      val permit = testBreaker().acquire()

      shouldThrow<IllegalArgumentException> {
        permit.failure(IOException(), Duration.ofSeconds(-1))
      } shouldHaveMessage "retryAfter must not be negative, but was PT-1S"

      permit.isSettled shouldBe false
    }

    test("a forced breaker refuses until it is reset, however long that is") {
      val time = ManualTime()
      val breaker = testBreaker(time)
      val transitions = breaker.recordTransitions()

      breaker.forceOpen()
      breaker.forceOpen()
      time.advance(Duration.ofDays(3))

      breaker.isOpen shouldBe true
      shouldThrow<CircuitOpenException> { breaker.acquire() } shouldHaveMessage
        "Circuit breaker 'sonnet' is FORCED_OPEN until it is reset"
      breaker.reset()
      breaker.state() shouldBe CLOSED
      transitions.map { it.to() } shouldContainExactly listOf(FORCED_OPEN, CLOSED)
    }

    test("a disabled breaker admits all and counts nothing") {
      val breaker = testBreaker()
      breaker.disable()

      breaker.fail(10)

      breaker.state() shouldBe DISABLED
      breaker.failures() shouldBe 0
    }

    test("a dry run counts and tells once that it would open, until it would not any more") {
      val breaker = testBreaker()
      val told = mutableListOf<ThresholdExceeded>()
      breaker.onThresholdExceeded { told += it }
      breaker.metricsOnly()

      breaker.fail(5)
      breaker.acquire().success()
      breaker.fail(3)

      breaker.state() shouldBe METRICS_ONLY
      told.map { it.state() to it.failures() } shouldContainExactly
        listOf(METRICS_ONLY to 3, METRICS_ONLY to 3)
    }

    test("opening is told as a threshold exceeded, too") {
      val breaker = testBreaker()
      val told = mutableListOf<ThresholdExceeded>()
      breaker.onThresholdExceeded { told += it }

      breaker.trip()

      told.single() shouldBe ThresholdExceeded("sonnet", CLOSED, 3, 0.0, 0.0)
    }

    test("results from before a forced state are stale after it") {
      val breaker = testBreaker()
      val permits = List(3) { breaker.acquire() }
      breaker.forceOpen()
      breaker.reset()

      permits.forEach { it.failure() }

      breaker.failures() shouldBe 0
      breaker.snapshot().staleResults shouldBe 3
    }

    test("other settings keep state, generation, window and calls under way") {
      val breaker = testBreaker()
      breaker.fail(2)
      val underWay = breaker.acquire()

      breaker.configure(testConfig { failureThreshold(4) })
      underWay.failure()
      breaker.state() shouldBe CLOSED
      breaker.failures() shouldBe 3
      breaker.fail(1)

      breaker.state() shouldBe OPEN
      breaker.snapshot().generation shouldBe 1
      breaker.snapshot().staleResults shouldBe 0
    }

    test("a window of another kind starts empty, and what is under way counts in it") {
      val breaker = testBreaker()
      breaker.fail(2)
      val underWay = breaker.acquire()

      breaker.configure(
        CircuitBreakerConfig.builder().failureRateThreshold(0.5).slidingWindow(10).build()
      )
      breaker.failures() shouldBe 0
      underWay.failure()

      breaker.failures() shouldBe 1
      breaker.state() shouldBe CLOSED
    }

    context("settings that contradict each other are refused") {
      withData<Pair<CircuitBreakerConfigBuilder.() -> Unit, String>>(
        { it.second },
        Pair(
          { failureThreshold(3).failureRateThreshold(0.5) },
          "failureThreshold cannot be combined with failureRateThreshold",
        ),
        Pair(
          { slidingWindow(10) },
          "slidingWindow needs failureRateThreshold or slowCallRateThreshold",
        ),
        Pair(
          { minimumCalls(10) },
          "minimumCalls needs failureRateThreshold or slowCallRateThreshold",
        ),
        Pair(
          { failureRateThreshold(0.5).slidingWindow(10).minimumCalls(11) },
          "minimumCalls must be at most the 10 of slidingWindow, but was 11",
        ),
        Pair(
          { waitDurationGrowth(2.0, Duration.ofSeconds(59)) },
          "maxWaitDurationInOpenState must be at least waitDurationInOpenState, PT1M, but was PT59S",
        ),
        Pair({ failureRateThreshold(0.0) }, "failureRateThreshold must be in (0, 1], but was 0.0"),
        Pair({ failureRateThreshold(1.5) }, "failureRateThreshold must be in (0, 1], but was 1.5"),
        Pair(
          { failureRateThreshold(Double.NaN) },
          "failureRateThreshold must be in (0, 1], but was NaN",
        ),
        Pair({ slidingWindow(0) }, "slidingWindow must be at least 1, but was 0"),
        Pair(
          { slidingWindow(1_000_001) },
          "slidingWindow must be at most 1000000, but was 1000001",
        ),
        Pair(
          { slidingWindow(Duration.ofMillis(9)) },
          "slidingWindow must be at least PT0.01S, but was PT0.009S",
        ),
        Pair(
          { slowCallRateThreshold(0.5, Duration.ZERO) },
          "slowCallDuration must be positive, but was PT0S",
        ),
        Pair(
          { hangingCallsThreshold(0, Duration.ofSeconds(1)) },
          "hangingCallsThreshold must be at least 1, but was 0",
        ),
        Pair(
          { waitDurationGrowth(0.9, Duration.ofMinutes(5)) },
          "waitDurationGrowth must be at least 1 and finite, but was 0.9",
        ),
        Pair({ waitDurationJitter(1.1) }, "waitDurationJitter must be in [0, 1], but was 1.1"),
      ) { (configure, message) ->
        shouldThrow<IllegalArgumentException> {
          CircuitBreakerConfig.builder().apply(configure).build()
        } shouldHaveMessage message
      }
    }

    test("a hint of no time opens the breaker for the configured wait") {
      val breaker = testBreaker { failureThreshold(1) }

      breaker.acquire().failure(Duration.ZERO)

      breaker.state() shouldBe CircuitBreaker.State.OPEN
      breaker.retryAfter() shouldBe breaker.config().waitDurationInOpenState()
    }

    test("a hint of less than no time opens the breaker for the configured wait") {
      val breaker = testBreaker { failureThreshold(1) }

      breaker.enter().failure(Duration.ofSeconds(-1))

      breaker.state() shouldBe CircuitBreaker.State.OPEN
      breaker.retryAfter() shouldBe breaker.config().waitDurationInOpenState()
    }
  })
