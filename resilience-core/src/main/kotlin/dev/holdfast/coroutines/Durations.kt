@file:JvmName("KotlinDurations")

package dev.holdfast.coroutines

import dev.holdfast.Resilience
import dev.holdfast.ResilienceBuilder
import dev.holdfast.breaker.CircuitBreakerConfig
import dev.holdfast.model.Model
import dev.holdfast.retry.Backoff
import dev.holdfast.retry.Jitter
import dev.holdfast.retry.Retry
import kotlin.time.Duration
import kotlin.time.toJavaDuration

/** As the function of the same name with a `java.time.Duration`. */
public fun CircuitBreakerConfig.Builder.waitDurationInOpenState(
  wait: Duration
): CircuitBreakerConfig.Builder = waitDurationInOpenState(wait.toJavaDuration())

/** As the function of the same name with a `java.time.Duration`. */
public fun CircuitBreakerConfig.Builder.probeLease(lease: Duration): CircuitBreakerConfig.Builder =
  probeLease(lease.toJavaDuration())

/** As the function of the same name with a `java.time.Duration`. */
public fun CircuitBreakerConfig.Builder.maxWaitInHalfOpen(
  wait: Duration
): CircuitBreakerConfig.Builder = maxWaitInHalfOpen(wait.toJavaDuration())

/** As the function of the same name with a `java.time.Duration`. */
public fun Model.Builder.attemptTimeout(timeout: Duration): Model.Builder =
  attemptTimeout(timeout.toJavaDuration())

/** As the function of the same name with a `java.time.Duration`. */
public fun Retry.Builder.maxWait(wait: Duration): Retry.Builder = maxWait(wait.toJavaDuration())

/** As the function of the same name with a `java.time.Duration`. */
public fun ResilienceBuilder.deadline(deadline: Duration): ResilienceBuilder =
  deadline(deadline.toJavaDuration())

/** As the function of the same name with a `java.time.Duration`. */
public fun Resilience.withDeadline(deadline: Duration): Resilience =
  withDeadline(deadline.toJavaDuration())

/** As [Backoff.exponential]. */
public fun exponential(initial: Duration, max: Duration): Backoff =
  Backoff.exponential(initial.toJavaDuration(), max.toJavaDuration())

/** As [Backoff.exponential]. */
public fun exponential(
  initial: Duration,
  max: Duration,
  multiplier: Double,
  jitter: Jitter,
): Backoff = Backoff.exponential(initial.toJavaDuration(), max.toJavaDuration(), multiplier, jitter)

/** As [Backoff.decorrelated]. */
public fun decorrelated(initial: Duration, max: Duration): Backoff =
  Backoff.decorrelated(initial.toJavaDuration(), max.toJavaDuration())

/** As [Backoff.fixed]. */
public fun fixed(delay: Duration, jitter: Jitter = Jitter.none()): Backoff =
  Backoff.fixed(delay.toJavaDuration(), jitter)
