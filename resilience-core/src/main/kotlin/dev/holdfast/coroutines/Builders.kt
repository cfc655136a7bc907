@file:JvmName("Builders")

package dev.holdfast.coroutines

import dev.holdfast.Resilience
import dev.holdfast.ResilienceBuilder
import dev.holdfast.breaker.CircuitBreaker
import dev.holdfast.breaker.CircuitBreakerConfig
import dev.holdfast.breaker.CircuitBreakerConfigBuilder
import dev.holdfast.bulkhead.Bulkhead
import dev.holdfast.bulkhead.BulkheadConfig
import dev.holdfast.model.Model
import dev.holdfast.retry.Retry
import dev.holdfast.retry.RetryBudget
import dev.holdfast.retry.RetryBudgetConfig

/** Keeps the functions of an outer block from being called in an inner one. */
@DslMarker @Target(AnnotationTarget.TYPE) public annotation class HoldfastDsl

/** A [Resilience] as [configure] describes it; the models are asked in the order they are named. */
public fun resilience(configure: @HoldfastDsl ResilienceBuilder.() -> Unit): Resilience =
  Resilience.builder().apply(configure).build()

/** A closed breaker as [configure] describes it. */
public fun circuitBreaker(
  name: String,
  configure: @HoldfastDsl CircuitBreakerConfigBuilder.() -> Unit = {},
): CircuitBreaker = CircuitBreaker.of(name, CircuitBreakerConfig.builder().apply(configure).build())

/** A bulkhead as [configure] describes it. */
public fun bulkhead(
  name: String,
  configure: @HoldfastDsl BulkheadConfig.Builder.() -> Unit = {},
): Bulkhead = Bulkhead.of(name, BulkheadConfig.builder().apply(configure).build())

/** A retry as [configure] describes it. */
public fun retry(configure: @HoldfastDsl Retry.Builder.() -> Unit): Retry =
  Retry.builder().apply(configure).build()

/** Retries results of type [R] for which [retry] is true, and no others. */
public inline fun <reified R> Retry.Builder.retryIfResultIs(
  crossinline retry: (R) -> Boolean
): Retry.Builder = retryIfResult { it is R && retry(it) }

/** A retry budget as [configure] describes it. */
public fun retryBudget(
  configure: @HoldfastDsl RetryBudgetConfig.Builder.() -> Unit = {}
): RetryBudget = RetryBudget.of(RetryBudgetConfig.builder().apply(configure).build())

/** Adds a model to the end of the chain. */
public fun ResilienceBuilder.model(
  name: String,
  configure: @HoldfastDsl Model.Builder.() -> Unit = {},
): ResilienceBuilder = model(Model.named(name).apply(configure).build())

/** How often to ask each model, and how long to wait in between. */
public fun ResilienceBuilder.retry(
  configure: @HoldfastDsl Retry.Builder.() -> Unit
): ResilienceBuilder = retry(Retry.builder().apply(configure).build())

/** The settings of the model's circuit breaker. */
public fun Model.Builder.circuitBreaker(
  configure: @HoldfastDsl CircuitBreakerConfigBuilder.() -> Unit
): Model.Builder = circuitBreaker(CircuitBreakerConfig.builder().apply(configure).build())
