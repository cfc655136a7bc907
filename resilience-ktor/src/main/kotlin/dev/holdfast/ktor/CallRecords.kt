package dev.holdfast.ktor

import dev.holdfast.Resilience
import dev.holdfast.plan.CallRecord
import dev.holdfast.plan.CallTrace
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
 * A call that ended with an exception has its record there: [Throwable.resilience].
 */
public val HttpClientCall.resilience: CallRecord?
  get() = attributes.getOrNull(CALL_RECORD)

/** As [HttpClientCall.resilience] of its call. */
public val HttpResponse.resilience: CallRecord?
  get() = call.resilience

/**
 * The record of the call that ended with this exception; null if it is of no call of the plugin.
 *
 * It looks through the causes as well, because coroutines and `client.sse { }` hand on another
 * exception than the one that was thrown.
 */
public val Throwable.resilience: CallRecord?
  get() = generateSequence(this) { it.cause }.take(DEPTH).firstNotNullOfOrNull(CallRecord::of)

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
 * Has the record of a call on the exceptions that this one is a copy of, too. To show where a
 * coroutine waited, kotlinx.coroutines hands on copies of the first of them, which have nothing of
 * what was suppressed in another copy.
 */
internal fun Throwable.spreadRecord() {
  val trace = suppressed.lastOrNull { it is CallTrace } ?: return
  generateSequence(cause) { it.cause }
    .take(DEPTH)
    .filter { it.javaClass == javaClass && trace !in it.suppressed }
    .forEach { it.addSuppressed(trace) }
}
