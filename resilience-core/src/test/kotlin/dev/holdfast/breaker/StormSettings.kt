package dev.holdfast.breaker

import java.time.Duration
import kotlin.random.Random

/** The rules a storm goes over. What [config] draws may change while calls are under way. */
enum class StormSettings(
  val places: Int,
  private val rules: CircuitBreakerConfigBuilder.() -> Unit,
) {
  CONSECUTIVE(1, { failureThreshold(3) }),
  CONSECUTIVE_SEVERAL_PROBES(
    3,
    {
      failureThreshold(5)
      successThreshold(5)
      waitDurationGrowth(2.0, Duration.ofSeconds(8))
      waitDurationJitter(0.5)
      maxWaitInHalfOpen(Duration.ofMillis(1))
    },
  ),
  COUNT_WINDOW(
    2,
    {
      failureRateThreshold(0.5)
      slidingWindow(20)
      minimumCalls(5)
    },
  ),
  TIME_WINDOW(
    2,
    {
      failureRateThreshold(0.5)
      slidingWindow(Duration.ofSeconds(5))
      minimumCalls(5)
      maxWaitInHalfOpen(Duration.ofMillis(1))
    },
  ),
  SLOW_AND_HANGING(
    2,
    {
      failureRateThreshold(0.8)
      slowCallRateThreshold(0.5, Duration.ofMillis(300))
      slidingWindow(10)
      minimumCalls(5)
      hangingCallsThreshold(3, Duration.ofSeconds(2))
    },
  );

  val lease: Duration = Duration.ofSeconds(3)

  fun config(random: Random? = null): CircuitBreakerConfig =
    CircuitBreakerConfig.builder()
      .permittedCallsInHalfOpenState(places)
      .probeLease(lease)
      .waitDurationInOpenState(Duration.ofMillis(random?.nextLong(500, 2000) ?: 1000))
      .countsAsFailure(::counts)
      .apply(rules)
      .build()

  private fun counts(thrown: Throwable): Boolean =
    when (thrown) {
      is PoisonException -> throw StormError()
      is PardonedException -> false
      else -> true
    }
}

/** Without a stack trace, because a storm throws many. */
open class StormException : Exception("storm", null, true, false)

class StormError : Error("storm", null, true, false)

/** Makes the predicate throw. */
class PoisonException : StormException()

/** Does not count as a failure. */
class PardonedException : StormException()
