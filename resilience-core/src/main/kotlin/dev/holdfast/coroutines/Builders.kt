@file:JvmName("Builders")

package dev.holdfast.coroutines

import dev.holdfast.Resilience
import dev.holdfast.ResilienceBuilder
import dev.holdfast.breaker.CircuitBreaker
import dev.holdfast.breaker.CircuitBreakerConfig
import dev.holdfast.breaker.CircuitBreakerConfigBuilder
import dev.holdfast.breaker.CircuitBreakers
import dev.holdfast.breaker.CircuitBreakersBuilder
import dev.holdfast.bulkhead.Bulkhead
import dev.holdfast.bulkhead.BulkheadConfig
import dev.holdfast.model.ChainStep
import dev.holdfast.model.Feature
import dev.holdfast.model.Model
import dev.holdfast.model.RequestPatch
import dev.holdfast.retry.Retry
import dev.holdfast.retry.RetryBudget
import dev.holdfast.retry.RetryBudgetConfig
import dev.holdfast.stream.StreamOptions

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

/** A registry of breakers as [configure] describes it. */
public fun circuitBreakers(
  configure: @HoldfastDsl CircuitBreakersBuilder.() -> Unit = {}
): CircuitBreakers = CircuitBreakers.builder().apply(configure).build()

/** The settings of the breaker of this name, or of those whose name matches this pattern. */
public fun CircuitBreakersBuilder.config(
  nameOrPattern: String,
  configure: @HoldfastDsl CircuitBreakerConfigBuilder.() -> Unit,
): CircuitBreakersBuilder =
  config(nameOrPattern, CircuitBreakerConfig.builder().apply(configure).build())

/** The settings of all breakers that no other settings are for. */
public fun CircuitBreakersBuilder.defaultConfig(
  configure: @HoldfastDsl CircuitBreakerConfigBuilder.() -> Unit
): CircuitBreakersBuilder = defaultConfig(CircuitBreakerConfig.builder().apply(configure).build())

/** What to make of the items of a stream, as [configure] describes it. */
public fun <T> streamOptions(
  configure: @HoldfastDsl StreamOptions.Builder<T>.() -> Unit
): StreamOptions<T> = StreamOptions.builder<T>().apply(configure).build()

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

/** What every request to the model changes. */
public fun Model.Builder.patch(
  configure: @HoldfastDsl RequestPatch.Builder.() -> Unit
): Model.Builder = patch(RequestPatch.builder().apply(configure).build())

/** Declares a feature, whose calls are made through [Resilience.feature]. */
public fun ResilienceBuilder.feature(
  name: String,
  configure: @HoldfastDsl Feature.Builder.() -> Unit,
): ResilienceBuilder = feature(Feature.named(name).apply(configure).build())

/** Adds a model to the end of the chain, to be asked with the changes that [patch] describes. */
public fun Feature.Builder.step(
  model: String,
  patch: @HoldfastDsl RequestPatch.Builder.() -> Unit,
): Feature.Builder = step(ChainStep(model, RequestPatch.builder().apply(patch).build()))

/** How many of the feature's calls may be under way. */
public fun Feature.Builder.bulkhead(
  configure: @HoldfastDsl BulkheadConfig.Builder.() -> Unit
): Feature.Builder = bulkhead(BulkheadConfig.builder().apply(configure).build())

/** How often the feature's calls ask each model, and how long they wait in between. */
public fun Feature.Builder.retry(
  configure: @HoldfastDsl Retry.Builder.() -> Unit
): Feature.Builder = retry(Retry.builder().apply(configure).build())
