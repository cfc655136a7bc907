package dev.holdfast.ktor

import dev.holdfast.Resilience
import dev.holdfast.plan.CallRecord
import io.ktor.client.HttpClient
import io.ktor.client.call.HttpClientCall
import io.ktor.client.statement.HttpResponse
import io.ktor.util.AttributeKey

internal val CALL_RECORD: AttributeKey<CallRecord> = AttributeKey("dev.holdfast.CallRecord")

internal val RESILIENCE: AttributeKey<Resilience> = AttributeKey("dev.holdfast.Resilience")

/**
 * How the plugin came to this response: the models that were requested, attempted and served, the
 * failures, the waits, and whether the answer is degraded. Null if the request went past the
 * plugin.
 *
 * A call that ended with an exception has its record there: [CallRecord.of].
 */
public val HttpClientCall.resilience: CallRecord?
  get() = attributes.getOrNull(CALL_RECORD)

/** As [HttpClientCall.resilience] of its call. */
public val HttpResponse.resilience: CallRecord?
  get() = call.resilience

/**
 * The [Resilience] that guards this client's calls, for its counters, listeners and breakers.
 *
 * @throws IllegalStateException if [LlmResilience] is not installed
 */
public val HttpClient.resilience: Resilience
  get() = checkNotNull(attributes.getOrNull(RESILIENCE)) { "LlmResilience is not installed" }
