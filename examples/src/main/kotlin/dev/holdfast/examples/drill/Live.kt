package dev.holdfast.examples.drill

import dev.holdfast.coroutines.attemptTimeout
import dev.holdfast.ktor.DEGRADED_HEADER
import dev.holdfast.ktor.LlmResilience
import io.ktor.client.HttpClient
import io.ktor.client.engine.cio.CIO
import io.ktor.client.request.header
import io.ktor.client.request.post
import io.ktor.client.request.setBody
import io.ktor.client.statement.HttpResponse
import io.ktor.client.statement.bodyAsText
import io.ktor.http.ContentType
import io.ktor.http.contentType
import io.ktor.http.isSuccess
import java.io.PrintStream
import kotlin.time.Duration.Companion.seconds
import kotlin.time.DurationUnit
import kotlin.time.measureTimedValue
import kotlinx.coroutines.CancellationException
import kotlinx.serialization.SerializationException
import kotlinx.serialization.json.Json
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.addJsonObject
import kotlinx.serialization.json.buildJsonObject
import kotlinx.serialization.json.jsonArray
import kotlinx.serialization.json.jsonObject
import kotlinx.serialization.json.jsonPrimitive
import kotlinx.serialization.json.put
import kotlinx.serialization.json.putJsonArray

private val QUESTIONS =
  listOf(
    "Say hello in five words.",
    "Name one colour.",
    "What is a holdfast on a ship? Answer in one short sentence.",
  )

/** Makes a few real calls through the plugin; returns whether a model answered each of them. */
internal suspend fun makeLiveCalls(settings: LiveSettings, out: PrintStream): Boolean {
  out.println("Live calls: $settings")
  return liveClient(settings).use { client ->
    QUESTIONS.map { question ->
        val (told, duration) = measureTimedValue { ask(client, settings, question) }
        out.println("  ${duration.toString(DurationUnit.SECONDS, 1)}  ${told.text}")
        told.isAnswer
      }
      .all { it }
  }
}

private class Told(val isAnswer: Boolean, val text: String)

private fun liveClient(settings: LiveSettings): HttpClient =
  HttpClient(CIO) {
    install(LlmResilience) {
      model(settings.model) { attemptTimeout(30.seconds) }
      if (settings.fallbackModel != settings.model) {
        model(settings.fallbackModel) { attemptTimeout(30.seconds) }
      }
      deadline(60.seconds)
      degraded { "No model answered." }
    }
  }

private suspend fun ask(client: HttpClient, settings: LiveSettings, question: String): Told =
  try {
    val response =
      client.post("${settings.baseUrl}/v1/messages") {
        contentType(ContentType.Application.Json)
        header("x-api-key", settings.key)
        header("anthropic-version", "2023-06-01")
        setBody(request(settings.model, question))
      }
    tell(response, parsed(response.bodyAsText()))
  } catch (cancelled: CancellationException) {
    throw cancelled
  } catch (thrown: Exception) {
    // The message of an exception may echo what was sent.
    Told(false, "failed: ${thrown::class.simpleName}")
  }

private fun request(model: String, question: String): String =
  buildJsonObject {
      put("model", model)
      put("max_tokens", 100)
      putJsonArray("messages") {
        addJsonObject {
          put("role", "user")
          put("content", question)
        }
      }
    }
    .toString()

private fun tell(response: HttpResponse, body: JsonElement?): Told {
  val reason = response.headers[DEGRADED_HEADER]
  return when {
    reason != null -> Told(false, "degraded answer, because of $reason")
    !response.status.isSuccess() ->
      Told(false, "failed: HTTP ${response.status.value} ${errorType(body)}".trim())
    else -> Told(true, "${field(body, "model")}: ${answer(body)}")
  }
}

private fun parsed(text: String): JsonElement? =
  try {
    Json.parseToJsonElement(text)
  } catch (_: SerializationException) {
    null
  }

private fun answer(body: JsonElement?): String =
  body?.jsonObject?.get("content")?.jsonArray?.firstOrNull()?.let { field(it, "text") }.orEmpty()

private fun errorType(body: JsonElement?): String = field(body?.jsonObject?.get("error"), "type")

private fun field(body: JsonElement?, name: String): String =
  body?.jsonObject?.get(name)?.jsonPrimitive?.content.orEmpty()
