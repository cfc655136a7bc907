package dev.holdfast.breaker

import dev.holdfast.breaker.CircuitBreaker.State.CLOSED
import dev.holdfast.breaker.CircuitBreaker.State.DISABLED
import dev.holdfast.breaker.CircuitBreaker.State.FORCED_OPEN
import dev.holdfast.breaker.CircuitBreaker.State.HALF_OPEN
import dev.holdfast.breaker.CircuitBreaker.State.METRICS_ONLY
import dev.holdfast.breaker.CircuitBreaker.State.OPEN
import dev.holdfast.testing.SteppingTime
import dev.holdfast.testing.fail
import dev.holdfast.testing.recordTransitions
import dev.holdfast.testing.testBreaker
import dev.holdfast.testing.testConfig
import dev.holdfast.testing.tripAndWait
import dev.holdfast.testkit.ManualTime
import io.kotest.core.spec.style.FunSpec
import io.kotest.datatest.withData
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import java.time.Duration

private val aSecond = Duration.ofSeconds(1)
private val tenSeconds = Duration.ofSeconds(10)

/** Two rules; the breaker knows of two good calls, and then two that failed and were slow. */
private class Lowered(
  val name: String,
  val before: CircuitBreakerConfigBuilder.() -> Unit,
  val after: CircuitBreakerConfigBuilder.() -> Unit,
  val state: CircuitBreaker.State = OPEN,
)

private fun config(rule: CircuitBreakerConfigBuilder.() -> Unit) =
  CircuitBreakerConfig.builder().waitDurationInOpenState(tenSeconds).apply(rule).build()

/** Settings are judged by what is known when they are set. */
class JudgedSettingsTest :
  FunSpec({
    context("new settings are judged at once by what is known already") {
      withData<Lowered>(
        { it.name },
        Lowered("fewer in a row", { failureThreshold(9) }, { failureThreshold(2) }),
        Lowered("not few enough", { failureThreshold(9) }, { failureThreshold(3) }, CLOSED),
        Lowered(
          "fewer in a row beside a window",
          { failureThreshold(9).slowCallRateThreshold(0.9, aSecond) },
          { failureThreshold(2).slowCallRateThreshold(0.9, aSecond) },
        ),
        Lowered(
          "a lower rate of failures",
          { failureRateThreshold(0.9).slidingWindow(20).minimumCalls(4) },
          { failureRateThreshold(0.5).slidingWindow(20).minimumCalls(4) },
        ),
        Lowered(
          "a lower rate of failures in a while",
          { failureRateThreshold(0.9).slidingWindow(tenSeconds).minimumCalls(4) },
          { failureRateThreshold(0.5).slidingWindow(tenSeconds).minimumCalls(4) },
        ),
        Lowered(
          "fewer calls that are enough",
          { failureRateThreshold(0.5).slidingWindow(20).minimumCalls(5) },
          { failureRateThreshold(0.5).slidingWindow(20).minimumCalls(4) },
        ),
        Lowered(
          "fewer calls in a while that are enough",
          { failureRateThreshold(0.5).slidingWindow(tenSeconds).minimumCalls(5) },
          { failureRateThreshold(0.5).slidingWindow(tenSeconds).minimumCalls(4) },
        ),
        Lowered(
          "a lower rate of slow calls",
          { slowCallRateThreshold(0.9, aSecond).slidingWindow(20).minimumCalls(4) },
          { slowCallRateThreshold(0.5, aSecond).slidingWindow(20).minimumCalls(4) },
        ),
        Lowered(
          "another window, which is empty",
          { failureRateThreshold(0.9).slidingWindow(20).minimumCalls(4) },
          { failureRateThreshold(0.1).slidingWindow(21).minimumCalls(1) },
          CLOSED,
        ),
      ) { lowered ->
        val time = ManualTime()
        val breaker = CircuitBreaker.of("sonnet", config(lowered.before), time)
        val told = mutableListOf<ThresholdExceeded>()
        breaker.onThresholdExceeded { told += it }
        val transitions = breaker.recordTransitions()
        repeat(2) { breaker.acquire().success() }
        repeat(2) {
          val permit = breaker.acquire()
          time.advance(aSecond)
          permit.failure()
        }

        breaker.configure(config(lowered.after))

        val opened = if (lowered.state == OPEN) 1 else 0
        breaker.state() shouldBe lowered.state
        breaker.retryAfter() shouldBe tenSeconds.multipliedBy(opened.toLong())
        transitions.size shouldBe opened
        told.size shouldBe opened
      }
    }

    test("a registry's settings are judged at once, too, and only for the breakers they are of") {
      val breakers =
        CircuitBreakers.builder().defaultConfig(testConfig()).time(ManualTime()).build()
      listOf("sonnet", "opus").forEach { breakers.breaker(it).fail(2) }

      breakers.configure("son*", testConfig { failureThreshold(2) })

      breakers.breaker("sonnet").state() shouldBe OPEN
      breakers.breaker("opus").state() shouldBe CLOSED
    }

    test("settings that change while a failure is counted are judged with it") {
      fun window(rate: Double) = config {
        failureRateThreshold(rate).slidingWindow(tenSeconds).minimumCalls(4)
      }
      val meanwhile = ArrayDeque<() -> Unit>()
      val time = SteppingTime { 0L.also { meanwhile.removeFirstOrNull()?.invoke() } }
      val breaker = CircuitBreaker.of("sonnet", window(0.9), time)
      repeat(2) { breaker.acquire().success() }
      breaker.fail(1)

      meanwhile += { breaker.configure(window(0.5)) }
      breaker.fail(1)

      breaker.state() shouldBe OPEN
    }

    test("in a dry run the reason is told, once") {
      val breaker = testBreaker()
      val told = mutableListOf<Int>()
      breaker.onThresholdExceeded { told += it.failures() }
      breaker.metricsOnly()
      breaker.fail(2)

      breaker.configure(testConfig { failureThreshold(2) })
      breaker.configure(testConfig { failureThreshold(1) })

      breaker.state() shouldBe METRICS_ONLY
      told shouldContainExactly listOf(2)
    }

    test("a dry run that has no reason under the new settings tells the next one again") {
      val breaker = testBreaker()
      val told = mutableListOf<Int>()
      breaker.onThresholdExceeded { told += it.failures() }
      breaker.metricsOnly()
      breaker.fail(3)

      breaker.configure(testConfig { failureThreshold(5) })
      breaker.fail(2)

      told shouldContainExactly listOf(3, 5)
    }

    test("states that nothing opens stay") {
      mapOf<CircuitBreaker.State, CircuitBreaker.() -> Unit>(
          DISABLED to { disable() },
          FORCED_OPEN to { forceOpen() },
        )
        .forEach { (state, force) ->
          val breaker = testBreaker()
          breaker.fail(2)
          breaker.force()

          breaker.configure(testConfig { failureThreshold(1) })

          breaker.state() shouldBe state
        }
    }

    test("a breaker in HALF_OPEN closes when the successes it has are enough now") {
      val time = ManualTime()
      val breaker = testBreaker(time) { successThreshold(4) }
      breaker.tripAndWait(time)
      repeat(2) { breaker.acquire().success() }

      breaker.configure(testConfig { successThreshold(3) })
      breaker.state() shouldBe HALF_OPEN
      breaker.configure(testConfig { successThreshold(2) })

      breaker.state() shouldBe CLOSED
      breaker.failures() shouldBe 0
    }
  })
