@file:JvmName("KotlinDurations")

package dev.holdfast.coroutines

import dev.holdfast.Resilience
import dev.holdfast.ResilienceBuilder
import dev.holdfast.breaker.CircuitBreakerConfigBuilder
import dev.holdfast.bulkhead.BulkheadConfig
import dev.holdfast.model.Feature
import dev.holdfast.model.Model
import dev.holdfast.retry.Backoff
import dev.holdfast.retry.Jitter
import dev.holdfast.retry.Retry
import kotlin.time.Duration
import kotlin.time.toJavaDuration

/** As the function of the same name with a `java.time.Duration`. */
public fun CircuitBreakerConfigBuilder.waitDurationInOpenState(
  wait: Duration
): CircuitBreakerConfigBuilder = waitDurationInOpenState(wait.toJavaDuration())

/** As the function of the same name with a `java.time.Duration`. */
public fun CircuitBreakerConfigBuilder.probeLease(lease: Duration): CircuitBreakerConfigBuilder =
  probeLease(lease.toJavaDuration())

/** As the function of the same name with a `java.time.Duration`. */
public fun CircuitBreakerConfigBuilder.maxWaitInHalfOpen(
  wait: Duration
): CircuitBreakerConfigBuilder = maxWaitInHalfOpen(wait.toJavaDuration())

/** As the function of the same name with a `java.time.Duration`. */
public fun BulkheadConfig.Builder.maxWait(wait: Duration): BulkheadConfig.Builder =
  maxWait(wait.toJavaDuration())

/** As the function of the same name with a `java.time.Duration`. */
public fun Model.Builder.attemptTimeout(timeout: Duration): Model.Builder =
  attemptTimeout(timeout.toJavaDuration())

/** As the function of the same name with a `java.time.Duration`. */
public fun Model.Builder.firstContentTimeout(timeout: Duration): Model.Builder =
  firstContentTimeout(timeout.toJavaDuration())

/** As the function of the same name with a `java.time.Duration`. */
public fun Model.Builder.streamGap(gap: Duration): Model.Builder = streamGap(gap.toJavaDuration())

/** As the function of the same name with a `java.time.Duration`. */
public fun Retry.Builder.maxWait(wait: Duration): Retry.Builder = maxWait(wait.toJavaDuration())

/** As the function of the same name with a `java.time.Duration`. */
public fun Feature.Builder.deadline(deadline: Duration): Feature.Builder =
  deadline(deadline.toJavaDuration())

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

/** As the function of the same name with a `java.time.Duration`. */
public fun CircuitBreakerConfigBuilder.slidingWindow(
  duration: Duration
): CircuitBreakerConfigBuilder = slidingWindow(duration.toJavaDuration())

/** As the function of the same name with a `java.time.Duration`. */
public fun CircuitBreakerConfigBuilder.slowCallRateThreshold(
  rate: Double,
  duration: Duration,
): CircuitBreakerConfigBuilder = slowCallRateThreshold(rate, duration.toJavaDuration())

/** As the function of the same name with a `java.time.Duration`. */
public fun CircuitBreakerConfigBuilder.hangingCallsThreshold(
  calls: Int,
  duration: Duration,
): CircuitBreakerConfigBuilder = hangingCallsThreshold(calls, duration.toJavaDuration())

/** As the function of the same name with a `java.time.Duration`. */
public fun CircuitBreakerConfigBuilder.waitDurationGrowth(
  factor: Double,
  longest: Duration,
): CircuitBreakerConfigBuilder = waitDurationGrowth(factor, longest.toJavaDuration())
