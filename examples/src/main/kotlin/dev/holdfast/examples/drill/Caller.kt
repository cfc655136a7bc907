package dev.holdfast.examples.drill

import dev.holdfast.ktor.DEGRADED_HEADER
import io.ktor.client.HttpClient
import io.ktor.client.request.header
import io.ktor.client.request.preparePost
import io.ktor.client.request.setBody
import io.ktor.client.statement.HttpResponse
import io.ktor.client.statement.HttpStatement
import io.ktor.client.statement.bodyAsText
import io.ktor.http.ContentType
import io.ktor.http.contentType
import io.ktor.http.isSuccess
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.ensureActive
import kotlinx.serialization.json.Json
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.jsonObject
import kotlinx.serialization.json.jsonPrimitive

/** The application's code: asks the primary model, and records what came of it. */
internal class Caller(
  private val client: HttpClient,
  private val url: String,
  private val scenario: Scenario,
  private val clock: ScenarioClock,
  private val recorder: Recorder,
) {
  private fun question(streams: Boolean) =
    """
    {"model": "${scenario.primary.name}", "max_tokens": 64, "stream": $streams,
     "messages": [{"role": "user", "content": "Which way is the harbour?"}]}
    """
      .trimIndent()

  suspend fun call(planned: PlannedCall) {
    recorder.started()
    val started = clock.now()
    var failure: String? = null
    val answer =
      try {
        if (planned.streams) prepare(planned).execute { understandStream(it) }
        else understand(prepare(planned).execute())
      } catch (thrown: Exception) {
        currentCoroutineContext().ensureActive()
        failure = thrown.toString()
        Answer.FAILED
      }
    val ended = clock.now()
    recorder.ended(CallRecord(planned.number, planned.at, started, ended, answer, failure))
  }

  private suspend fun prepare(call: PlannedCall): HttpStatement =
    client.preparePost("$url/v1/messages") {
      contentType(ContentType.Application.Json)
      header(CALL_HEADER, call.number)
      setBody(question(call.streams))
    }

  /** As most applications do, it takes the end of the data for the end of the answer. */
  private suspend fun understandStream(response: HttpResponse): Answer {
    if (!response.status.isSuccess()) error("status ${response.status.value}")
    if (response.headers.contains(DEGRADED_HEADER)) return Answer.DEGRADED
    val text =
      try {
        response.bodyAsText()
      } catch (_: Exception) {
        currentCoroutineContext().ensureActive()
        return Answer.INTERRUPTED
      }
    val events =
      text
        .lines()
        .filter { it.startsWith(DATA) }
        .map { Json.parseToJsonElement(it.drop(DATA.length)).jsonObject }
    val types = events.map { it["type"]?.jsonPrimitive?.content }
    if ("message_stop" !in types) return Answer.TRUNCATED
    return answerOf(events[types.indexOf("message_start")].getValue("message").jsonObject)
  }

  private suspend fun understand(response: HttpResponse): Answer {
    val text = response.bodyAsText()
    return when {
      !response.status.isSuccess() -> error("status ${response.status.value}")
      response.headers.contains(DEGRADED_HEADER) -> Answer.DEGRADED
      else -> answerOf(Json.parseToJsonElement(text).jsonObject)
    }
  }

  private fun answerOf(message: JsonObject): Answer =
    when (message["model"]?.jsonPrimitive?.content) {
      scenario.primary.name -> Answer.PRIMARY
      scenario.fallback.name -> Answer.FALLBACK
      else -> error("an answer of another model")
    }

  private companion object {
    const val DATA = "data: "
  }
}
