package dev.holdfast.ktor

import dev.holdfast.Resilience
import dev.holdfast.coroutines.drive
import dev.holdfast.plan.Attempt
import dev.holdfast.plan.CallFailure
import dev.holdfast.providers.WireProtocol
import dev.holdfast.providers.degraded.DegradedAnswer
import dev.holdfast.providers.request.AnswerForm
import dev.holdfast.providers.request.JsonRequest
import io.ktor.client.HttpClient
import io.ktor.client.call.HttpClientCall
import io.ktor.client.request.HttpRequestBuilder
import io.ktor.client.utils.unwrapCancellationException
import io.ktor.http.ContentType
import io.ktor.http.HttpHeaders
import io.ktor.http.HttpStatusCode
import io.ktor.http.content.OutgoingContent
import io.ktor.http.encodedPath
import io.ktor.http.headers
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.Job
import kotlinx.coroutines.cancel
import kotlinx.coroutines.coroutineScope

internal typealias Proceed = suspend (HttpRequestBuilder) -> HttpClientCall

/** One call that the plugin makes in place of the one that the client asked for. */
internal class GuardedCall(
  private val client: HttpClient,
  private val request: HttpRequestBuilder,
  private val content: OutgoingContent,
  private val json: JsonRequest,
  private val model: String,
  private val degraded: (suspend (CallFailure) -> String)?,
  private val proceed: Proceed,
) {

  private val form = if (json.streams) AnswerForm.EVENTS else AnswerForm.JSON

  private var lastAnswered: HttpClientCall? = null

  suspend fun make(resilience: Resilience): HttpClientCall = whileWanted {
    val protocol =
      WireProtocol.ofPath(request.url.encodedPath)?.takeIf { form in DegradedAnswer.forms(it) }
    val text = degraded
    if (text == null || protocol == null) {
      resilience.plan(CallClassifier, false).drive { attempt(it) }
    } else {
      resilience.plan(CallClassifier, true).drive({ failure ->
        degradedCall(protocol, failure, text(failure))
      }) {
        attempt(it)
      }
    }
  }

  private suspend fun attempt(attempt: Attempt): HttpClientCall {
    val asked = attempt.model == model
    val sub =
      request.subRequest(if (asked) content else content.withText(json.withModel(attempt.model)))
    try {
      val call = proceed(sub)
      lastAnswered = call
      CallClassifier.inspect(call)
      return call
    } catch (cancelled: CancellationException) {
      // HttpTimeout and the engines report a timeout by a cancellation that it causes.
      throw cancelled.unwrapCancellationException()
    } finally {
      sub.completeContext()
    }
  }

  private fun degradedCall(
    protocol: WireProtocol,
    failure: CallFailure,
    text: String,
  ): HttpClientCall {
    // Ktor frees the connection of a call that another one follows, but this one is no other call.
    lastAnswered?.cancel()
    val body = DegradedAnswer(text).body(protocol, form)
    val type = if (json.streams) ContentType.Text.EventStream else ContentType.Application.Json
    val headers = headers {
      append(HttpHeaders.ContentType, type.toString())
      append(HttpHeaders.ContentLength, body.size.toString())
      append(DEGRADED_HEADER, failure.last().failureClass().name)
    }
    return client.syntheticCall(request, HttpStatusCode.OK, headers, body)
  }

  /**
   * Cancels [block] when the request is cancelled, as `HttpTimeout` does that is installed before
   * the plugin: its caller has gone, although the coroutine that asks is still alive.
   */
  private suspend fun <T> whileWanted(block: suspend () -> T): T = coroutineScope {
    val watch = Job(request.executionContext)
    watch.invokeOnCompletion { cause ->
      if (cause != null) {
        cancel(cause as? CancellationException ?: CancellationException(cause.message, cause))
      }
    }
    try {
      block()
    } finally {
      watch.complete()
    }
  }
}
