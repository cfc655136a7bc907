package dev.holdfast.breaker

import dev.holdfast.breaker.CircuitBreaker.State.CLOSED
import dev.holdfast.breaker.CircuitBreaker.State.DISABLED
import dev.holdfast.breaker.CircuitBreaker.State.FORCED_OPEN
import dev.holdfast.breaker.CircuitBreaker.State.OPEN
import dev.holdfast.testing.fail
import dev.holdfast.testing.recordTransitions
import dev.holdfast.testkit.ManualTime
import dev.holdfast.time.Time
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import java.time.Duration

/** A clock that lets something else happen first the next time it is read. */
private class CrossedTime(val manual: ManualTime = ManualTime()) : Time by manual {
  var crossing: (() -> Unit)? = null

  override fun nanoTime(): Long {
    val now = crossing
    crossing = null
    now?.invoke()
    return manual.nanoTime()
  }
}

/**
 * Two transitions at once: the clock is read in the middle of the one, and there the other comes.
 */
class CrossingTransitionsTest :
  FunSpec({
    fun config(failures: Int = 9) =
      CircuitBreakerConfig.builder()
        .failureThreshold(failures)
        .slowCallRateThreshold(1.0, Duration.ofHours(1))
        .slidingWindow(Duration.ofSeconds(10))
        .waitDurationInOpenState(Duration.ofSeconds(10))
        .build()

    fun breaker(time: Time) = CircuitBreaker.of("sonnet", config(), time)

    test("a probe whose failure is overtaken by a forced opening is stale and opens nothing") {
      val time = CrossedTime()
      val breaker = breaker(time)
      breaker.fail(9)
      time.manual.advance(Duration.ofSeconds(10))
      val probe = breaker.acquire()
      val transitions = breaker.recordTransitions()
      time.crossing = breaker::forceOpen

      probe.failure(Duration.ofSeconds(3))

      breaker.state() shouldBe FORCED_OPEN
      breaker.snapshot().staleResults shouldBe 1
      transitions.map { it.to() } shouldContainExactly listOf(FORCED_OPEN)
    }

    test("a clock that throws in a transition keeps none from being told") {
      val time = CrossedTime()
      val rates = CircuitBreakerConfig.builder().failureRateThreshold(0.5)
      val breaker =
        CircuitBreaker.of("sonnet", rates.slidingWindow(Duration.ofSeconds(10)).build(), time)
      val transitions = breaker.recordTransitions()
      time.crossing = { error("no time") }

      runCatching { breaker.forceOpen() }
      breaker.disable()

      transitions.size.toLong() shouldBe breaker.snapshot().generation()
      transitions.last().to() shouldBe DISABLED
    }

    test("a reset that is crossed by a forced opening still closes the breaker") {
      val time = CrossedTime()
      val breaker = breaker(time)
      breaker.disable()
      val transitions = breaker.recordTransitions()
      time.crossing = breaker::forceOpen

      breaker.reset()

      breaker.state() shouldBe CLOSED
      transitions.map { it.to() } shouldContainExactly listOf(FORCED_OPEN, CLOSED)
    }

    test("a breaker that is disabled while it is forced open is disabled") {
      val time = CrossedTime()
      val breaker = breaker(time)
      time.crossing = breaker::forceOpen

      breaker.disable()

      breaker.state() shouldBe DISABLED
    }

    test("settings that change while a breaker is closed are those it works by") {
      val time = CrossedTime()
      val breaker = breaker(time)
      breaker.forceOpen()
      time.crossing = { breaker.configure(config(failures = 1)) }

      breaker.reset()
      breaker.state() shouldBe CLOSED
      breaker.fail(1)

      breaker.state() shouldBe OPEN
    }
  })
