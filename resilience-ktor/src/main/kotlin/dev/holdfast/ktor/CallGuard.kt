package dev.holdfast.ktor

import dev.holdfast.Resilience
import dev.holdfast.coroutines.currentDeadline
import dev.holdfast.plan.CallFailure
import dev.holdfast.providers.request.JsonRequest
import io.ktor.client.HttpClient
import io.ktor.client.call.HttpClientCall
import io.ktor.client.request.HttpRequestBuilder
import io.ktor.http.ContentType
import io.ktor.http.content.OutgoingContent
import io.ktor.http.contentType
import java.util.concurrent.atomic.AtomicBoolean

/** What the plugin does with each request of its client. */
internal class CallGuard(
  private val client: HttpClient,
  private val resilience: Resilience,
  private val degraded: (suspend (CallFailure) -> String)?,
) {

  private val hasWarned = AtomicBoolean()

  suspend fun send(request: HttpRequestBuilder, proceed: Proceed): HttpClientCall {
    val override = request.attributes.getOrNull(RequestResilience.Key)
    if (override?.isOff == true) return proceed(request)
    val content = request.body as OutgoingContent
    val json = readJson(content, request) ?: return proceed(request)
    val model = json.model ?: return proceed(request)
    val within = resilience.within(currentDeadline(resilience.time()))
    val guarded = override?.applyTo(within, model) ?: within.forModel(model)
    return GuardedCall(client, request, content, json, model, degraded, proceed).make(guarded)
  }

  private fun readJson(content: OutgoingContent, request: HttpRequestBuilder): JsonRequest? {
    val type = content.contentType ?: request.contentType()
    if (type != null && !type.isJson()) return null
    val text = content.repeatableText() ?: return null
    val json = JsonRequest.parse(text)
    if (json == null && type != null && hasWarned.compareAndSet(false, true)) {
      LOG.log(System.Logger.Level.WARNING, UNREADABLE)
    }
    return json
  }

  private fun ContentType.isJson(): Boolean =
    contentSubtype == "json" || contentSubtype.endsWith("+json")

  private companion object {
    val LOG: System.Logger = System.getLogger("dev.holdfast.ktor")
    const val UNREADABLE =
      "A request body that should be JSON cannot be read, so its model is unknown and the request " +
        "passes through unguarded. This is told once for each client."
  }
}
