package dev.holdfast.benchmarks

import arrow.resilience.CircuitBreaker
import arrow.resilience.CircuitBreaker.OpeningStrategy
import arrow.resilience.Schedule
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.TimeSource
import kotlin.time.toKotlinDuration
import kotlinx.coroutines.runBlocking

/** Arrow as the comparison configures it. */
internal object ArrowPolicies {

  @JvmStatic fun consecutive(): CircuitBreaker = breaker(OpeningStrategy.Count(Settings.FAILURES))

  @JvmStatic
  fun timeWindow(): CircuitBreaker =
    breaker(
      OpeningStrategy.SlidingWindow(
        TimeSource.Monotonic,
        Settings.WINDOW.toKotlinDuration(),
        Settings.CALLS * Settings.PERCENT / 100,
      )
    )

  @JvmStatic
  fun open(): CircuitBreaker {
    val breaker = consecutive()
    runBlocking {
      while (breaker.state() !is CircuitBreaker.State.Open) {
        runCatching { breaker.protectOrThrow { throw ModelDownException() } }
      }
    }
    return breaker
  }

  @JvmStatic
  fun retry(): Schedule<Throwable, Long> =
    Schedule.recurs<Throwable>(Settings.ATTEMPTS - 1L)
      .zipLeft(Schedule.spaced<Throwable>(500.milliseconds))

  private fun breaker(strategy: OpeningStrategy) =
    CircuitBreaker(resetTimeout = Settings.WAIT.toKotlinDuration(), openingStrategy = strategy)
}
