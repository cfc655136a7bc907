package dev.holdfast.examples.drill

import io.ktor.client.plugins.api.ClientPlugin
import io.ktor.client.plugins.api.Send
import io.ktor.client.plugins.api.createClientPlugin
import io.ktor.http.content.OutgoingContent
import kotlinx.serialization.json.Json
import kotlinx.serialization.json.jsonObject
import kotlinx.serialization.json.jsonPrimitive

/**
 * Records each request that leaves the client. Installed after the plugin that retries, so that it
 * sees every attempt, with the model that is really asked.
 */
internal fun attemptLog(recorder: Recorder, clock: ScenarioClock): ClientPlugin<Unit> =
  createClientPlugin("AttemptLog") {
    on(Send) { request ->
      val call = request.headers[CALL_HEADER]?.toInt() ?: 0
      val model = modelOf(request.body)
      val started = clock.now()
      try {
        proceed(request)
      } finally {
        recorder.add(AttemptRecord(call, model, started, clock.now()))
      }
    }
  }

private fun modelOf(body: Any): String {
  val text = (body as OutgoingContent.ByteArrayContent).bytes().decodeToString()
  return Json.parseToJsonElement(text).jsonObject.getValue("model").jsonPrimitive.content
}
