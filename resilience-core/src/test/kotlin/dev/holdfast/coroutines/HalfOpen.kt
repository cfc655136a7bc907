package dev.holdfast.coroutines

import dev.holdfast.breaker.CircuitBreaker
import dev.holdfast.breaker.CircuitBreakerConfig
import dev.holdfast.breaker.CircuitOpenException
import dev.holdfast.testing.SchedulerTime
import dev.holdfast.testing.testBreaker
import dev.holdfast.testing.trip
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeInstanceOf
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.Deferred
import kotlinx.coroutines.async
import kotlinx.coroutines.delay
import kotlinx.coroutines.test.TestScope

/** A breaker in HALF_OPEN whose suspending callers wait for a place for up to 20 seconds. */
suspend fun TestScope.halfOpen(
  configure: CircuitBreakerConfig.Builder.() -> Unit = {}
): CircuitBreaker {
  val breaker =
    testBreaker(SchedulerTime(testScheduler)) {
      maxWaitInHalfOpen(20.seconds)
      configure()
    }
  breaker.trip()
  delay(10.seconds)
  return breaker
}

/** A caller who makes one call through the breaker and tells what came of it. */
fun TestScope.caller(
  breaker: CircuitBreaker,
  block: suspend () -> String = { "answer" },
): Deferred<Result<String>> = async { runCatching { breaker.withBreaker { block() } } }

/** Asserts that the caller was refused in the given state. */
suspend fun Deferred<Result<String>>.shouldBeRefused(state: CircuitBreaker.State) {
  await().exceptionOrNull().shouldBeInstanceOf<CircuitOpenException>().state() shouldBe state
}
