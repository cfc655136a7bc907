package dev.holdfast.examples.drill

import dev.holdfast.ktor.DEGRADED_HEADER
import io.ktor.client.HttpClient
import io.ktor.client.request.header
import io.ktor.client.request.post
import io.ktor.client.request.setBody
import io.ktor.client.statement.HttpResponse
import io.ktor.client.statement.bodyAsText
import io.ktor.http.ContentType
import io.ktor.http.contentType
import io.ktor.http.isSuccess
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.ensureActive
import kotlinx.serialization.json.Json
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
  private val question =
    """
    {"model": "${scenario.primary.name}", "max_tokens": 64,
     "messages": [{"role": "user", "content": "Which way is the harbour?"}]}
    """
      .trimIndent()

  suspend fun call(planned: PlannedCall) {
    recorder.started()
    val started = clock.now()
    var failure: String? = null
    val answer =
      try {
        understand(ask(planned.number))
      } catch (thrown: Exception) {
        currentCoroutineContext().ensureActive()
        failure = thrown.toString()
        Answer.FAILED
      }
    val ended = clock.now()
    recorder.ended(CallRecord(planned.number, planned.at, started, ended, answer, failure))
  }

  private suspend fun ask(call: Int): HttpResponse =
    client.post("$url/v1/messages") {
      contentType(ContentType.Application.Json)
      header(CALL_HEADER, call)
      setBody(question)
    }

  private suspend fun understand(response: HttpResponse): Answer {
    val text = response.bodyAsText()
    return when {
      !response.status.isSuccess() -> error("status ${response.status.value}")
      response.headers.contains(DEGRADED_HEADER) -> Answer.DEGRADED
      modelOf(text) == scenario.primary.name -> Answer.PRIMARY
      modelOf(text) == scenario.fallback.name -> Answer.FALLBACK
      else -> error("an answer of another model")
    }
  }

  private fun modelOf(answer: String): String? =
    Json.parseToJsonElement(answer).jsonObject["model"]?.jsonPrimitive?.content
}
