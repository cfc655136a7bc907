package dev.holdfast.testing

import dev.holdfast.breaker.CircuitBreaker
import dev.holdfast.breaker.CircuitBreakerConfig
import dev.holdfast.breaker.StateTransition
import dev.holdfast.testkit.ManualTime
import dev.holdfast.time.Time
import java.time.Duration
import java.util.concurrent.CopyOnWriteArrayList

/** The settings of the tests: opens after 3 failures in a row, for 10 seconds. */
fun testConfig(configure: CircuitBreakerConfig.Builder.() -> Unit = {}): CircuitBreakerConfig =
  CircuitBreakerConfig.builder()
    .failureThreshold(3)
    .waitDurationInOpenState(Duration.ofSeconds(10))
    .apply(configure)
    .build()

/** A breaker named `sonnet` with [testConfig]. */
fun testBreaker(
  time: Time = ManualTime(),
  configure: CircuitBreakerConfig.Builder.() -> Unit = {},
): CircuitBreaker = CircuitBreaker.of("sonnet", testConfig(configure), time)

/** Reports as many failed calls. */
fun CircuitBreaker.fail(times: Int) {
  repeat(times) { acquire().failure() }
}

/** Opens a closed breaker. */
fun CircuitBreaker.trip() {
  fail(config().failureThreshold())
}

/** Opens a closed breaker and lets its wait pass, so that the next look finds HALF_OPEN. */
fun CircuitBreaker.tripAndWait(time: ManualTime) {
  trip()
  time.advance(config().waitDurationInOpenState())
}

/** The transitions of this breaker from now on, as they are told. */
fun CircuitBreaker.recordTransitions(): List<StateTransition> =
  CopyOnWriteArrayList<StateTransition>().also { onTransition(it::add) }
