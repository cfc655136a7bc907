package dev.holdfast.breaker

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.datatest.withData
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.throwable.shouldHaveMessage
import java.time.Duration

private fun config(configure: CircuitBreakerConfigBuilder.() -> Unit): CircuitBreakerConfig =
  CircuitBreakerConfig.builder().apply(configure).build()

class RateSettingsTest :
  FunSpec({
    val second = Duration.ofSeconds(1)

    test("by default nothing is a matter of rates or of time") {
      val config = CircuitBreakerConfig.defaults()

      config.failureRateThreshold() shouldBe 0.0
      config.slidingWindow().shouldBeNull()
      config.minimumCalls() shouldBe 0
      config.slowCallRateThreshold() shouldBe 0.0
      config.slowCallDuration().shouldBeNull()
      config.hangingCallsThreshold() shouldBe 0
      config.hangingCallDuration().shouldBeNull()
      config.maxWaitDurationInOpenState() shouldBe config.waitDurationInOpenState()
    }

    test(
      "a rate is taken of the last twenty calls, of ten at least, and of fewer if they are all"
    ) {
      val rate = config { failureRateThreshold(0.5) }
      val small = config { failureRateThreshold(0.5).slidingWindow(7) }
      val timed = config { slowCallRateThreshold(0.5, second).slidingWindow(second) }

      rate.failureThreshold() shouldBe 0
      rate.slidingWindow() shouldBe SlidingWindow.OfCalls(20)
      rate.minimumCalls() shouldBe 10
      small.minimumCalls() shouldBe 7
      timed.failureThreshold() shouldBe 5
      timed.slidingWindow() shouldBe SlidingWindow.OfTime(second)
      timed.minimumCalls() shouldBe 10
    }

    test("a copy has the settings of rates, of hanging calls and of growing waits") {
      val copy =
        config {
            failureRateThreshold(0.25)
            slowCallRateThreshold(0.75, Duration.ofSeconds(3))
            slidingWindow(40)
            minimumCalls(13)
            hangingCallsThreshold(6, Duration.ofSeconds(4))
            waitDurationGrowth(2.0, Duration.ofSeconds(600))
          }
          .toBuilder()
          .build()

      copy.failureThreshold() shouldBe 0
      copy.failureRateThreshold() shouldBe 0.25
      copy.slowCallRateThreshold() shouldBe 0.75
      copy.slowCallDuration() shouldBe Duration.ofSeconds(3)
      copy.slidingWindow() shouldBe SlidingWindow.OfCalls(40)
      copy.minimumCalls() shouldBe 13
      copy.hangingCallsThreshold() shouldBe 6
      copy.hangingCallDuration() shouldBe Duration.ofSeconds(4)
      copy.maxWaitDurationInOpenState() shouldBe Duration.ofSeconds(600)
    }

    test("jitter makes the longest wait longer, unless a longest wait was chosen") {
      val jitter = config { waitDurationInOpenState(second).waitDurationJitter(0.5) }
      val chosen = config {
        waitDurationInOpenState(second).waitDurationJitter(0.5)
        waitDurationGrowth(1.0, Duration.ofSeconds(9))
      }

      jitter.maxWaitDurationInOpenState() shouldBe Duration.ofMillis(1500)
      chosen.maxWaitDurationInOpenState() shouldBe Duration.ofSeconds(9)
    }

    test("without a growth the waits with jitter are those between the wait and the longest") {
      val wait = config { waitDurationInOpenState(second).waitDurationJitter(0.5) }.openWait()

      wait.of(1) { 0L } shouldBe second
      (wait.of(1) { -1L } > Duration.ofMillis(1499)) shouldBe true
      (wait.of(9) { -1L } <= Duration.ofMillis(1500)) shouldBe true
    }

    test("the edges of what is allowed are allowed") {
      config { failureRateThreshold(1.0).slidingWindow(10).minimumCalls(10) }
        .minimumCalls() shouldBe 10
      config { waitDurationJitter(1.0) }.maxWaitDurationInOpenState() shouldBe Duration.ofMinutes(2)
      config { waitDurationJitter(0.0) }.maxWaitDurationInOpenState() shouldBe Duration.ofMinutes(1)
      val constant = config { waitDurationGrowth(1.0, Duration.ofMinutes(1)) }.openWait()
      constant.of(9) { 0L } shouldBe Duration.ofMinutes(1)
      config { failureRateThreshold(0.5).slidingWindow(Duration.ofMillis(10)) }
        .slidingWindow() shouldBe SlidingWindow.OfTime(Duration.ofMillis(10))
    }

    test("a wait of any length may be spread") {
      listOf(Duration.ofSeconds(Long.MAX_VALUE), Duration.ofDays(200).plusNanos(1)).forEach { wait
        ->
        val config = config {
          waitDurationInOpenState(wait)
          waitDurationJitter(1e-18)
        }

        (config.maxWaitDurationInOpenState() >= wait) shouldBe true
      }
    }

    context("what is beyond the edge is refused") {
      withData<Pair<CircuitBreakerConfigBuilder.() -> Unit, String>>(
        { it.second },
        Pair(
          { waitDurationGrowth(Double.POSITIVE_INFINITY, Duration.ofMinutes(5)) },
          "waitDurationGrowth must be at least 1 and finite, but was Infinity",
        ),
        Pair(
          { waitDurationGrowth(Double.NaN, Duration.ofMinutes(5)) },
          "waitDurationGrowth must be at least 1 and finite, but was NaN",
        ),
        Pair({ waitDurationJitter(-0.1) }, "waitDurationJitter must be in [0, 1], but was -0.1"),
        Pair(
          { waitDurationJitter(Double.NaN) },
          "waitDurationJitter must be in [0, 1], but was NaN",
        ),
        Pair(
          { slowCallRateThreshold(1.1, second) },
          "slowCallRateThreshold must be in (0, 1], but was 1.1",
        ),
        Pair(
          { hangingCallsThreshold(1, Duration.ZERO) },
          "hangingCallDuration must be positive, but was PT0S",
        ),
        Pair(
          { waitDurationGrowth(2.0, Duration.ZERO) },
          "maxWaitDurationInOpenState must be positive, but was PT0S",
        ),
        Pair(
          { failureRateThreshold(0.5).minimumCalls(0) },
          "minimumCalls must be at least 1, but was 0",
        ),
      ) { (configure, message) ->
        shouldThrow<IllegalArgumentException> { config(configure) } shouldHaveMessage message
      }
    }
  })
