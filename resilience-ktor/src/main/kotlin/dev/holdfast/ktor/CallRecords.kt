package dev.holdfast.ktor

import dev.holdfast.Resilience
import dev.holdfast.answers.Answers
import dev.holdfast.plan.CallRecord
import io.ktor.client.HttpClient
import io.ktor.client.call.HttpClientCall
import io.ktor.client.plugins.ResponseException
import io.ktor.client.plugins.sse.SSEClientException
import io.ktor.client.statement.HttpResponse
import io.ktor.util.AttributeKey
import java.util.function.Supplier

/** Few ask for the record, so it is made for those who do. */
internal val CALL_RECORD: AttributeKey<Supplier<CallRecord>> =
  AttributeKey("dev.holdfast.CallRecord")

internal val RESILIENCE: AttributeKey<Resilience> = AttributeKey("dev.holdfast.Resilience")

internal val ANSWERS: AttributeKey<Answers<KeptResponse>> = AttributeKey("dev.holdfast.Answers")

/**
 * How the plugin came to this response: the models that were requested, attempted and served, the
 * failures, the waits, and whether the answer is degraded. Null if the request went past the
 * plugin, or got a kept answer without a model being asked.
 *
 * A call that ended with an exception has its record there: [Throwable.resilience].
 */
public val HttpClientCall.resilience: CallRecord?
  get() = attributes.getOrNull(CALL_RECORD)?.get()

/** As [HttpClientCall.resilience] of its call. */
public val HttpResponse.resilience: CallRecord?
  get() = call.resilience

/**
 * The record of the call that ended with this exception; null if it is of no call of the plugin.
 *
 * It looks through the causes as well, because coroutines, `client.sse { }` and clients around this
 * one hand on another exception than the one that was thrown. That of `expectSuccess`, and that of
 * `client.sse { }` for a response that is no session, have the record of their response.
 */
public val Throwable.resilience: CallRecord?
  get() =
    generateSequence(this) { it.cause }.take(DEPTH).firstNotNullOfOrNull { it.response?.resilience }
      ?: CallRecord.of(this)

private val Throwable.response: HttpResponse?
  get() =
    when (this) {
      is ResponseException -> response
      is SSEClientException -> response
      else -> null
    }

/** Chains of causes are short; this ends one that runs in a circle. */
private const val DEPTH = 16

/**
 * The [Resilience] that guards this client's calls, for its counters, listeners and breakers.
 *
 * @throws IllegalStateException if [LlmResilience] is not installed
 */
public val HttpClient.resilience: Resilience
  get() = checkNotNull(attributes.getOrNull(RESILIENCE)) { "LlmResilience is not installed" }

/**
 * The [Answers] that this client keeps and shares, for its counts.
 *
 * @throws IllegalStateException if [LlmResilience] is not installed with
 *   [answers][LlmResilienceConfig.answers]
 */
public val HttpClient.answers: Answers<KeptResponse>
  get() =
    checkNotNull(attributes.getOrNull(ANSWERS)) {
      "LlmResilience is not installed with answers { }"
    }
