package dev.holdfast.ktor

import dev.holdfast.testkit.ScriptedProvider
import io.ktor.client.HttpClient
import io.ktor.client.HttpClientConfig
import io.ktor.client.plugins.contentnegotiation.ContentNegotiation
import io.ktor.client.plugins.onUpload
import io.ktor.client.plugins.sse.SSE
import io.ktor.client.plugins.sse.sse
import io.ktor.client.request.HttpRequestBuilder
import io.ktor.client.request.preparePost
import io.ktor.client.request.setBody
import io.ktor.client.request.url
import io.ktor.client.statement.bodyAsChannel
import io.ktor.client.statement.bodyAsText
import io.ktor.http.ContentType
import io.ktor.http.HttpMethod
import io.ktor.http.content.ByteArrayContent
import io.ktor.http.content.ChannelWriterContent
import io.ktor.http.content.TextContent
import io.ktor.http.contentType
import io.ktor.serialization.kotlinx.json.json
import io.ktor.utils.io.ByteReadChannel
import io.ktor.utils.io.readRemaining
import io.ktor.utils.io.writeStringUtf8
import kotlinx.coroutines.flow.toList
import kotlinx.io.readString
import kotlinx.serialization.json.Json
import kotlinx.serialization.json.JsonObject

/** A way to give a request its body; the same JSON each time. */
enum class Form(val set: HttpRequestBuilder.(String) -> Unit) {
  STRING({ setBody(it) }),
  TEXT_CONTENT({ setBody(TextContent(it, ContentType.Application.Json)) }),
  BYTES({ setBody(it.toByteArray()) }),
  BYTES_CONTENT({ setBody(ByteArrayContent(it.toByteArray(), ContentType.Application.Json)) }),
  OBJECT({ setBody(Json.parseToJsonElement(it) as JsonObject) }),
  WRITTEN({ setBody(ChannelWriterContent({ writeStringUtf8(it) }, ContentType.Application.Json)) }),
  OBSERVED({
    setBody(it)
    onUpload { _, _ -> }
  }),
  OBSERVED_WRITTEN({
    setBody(ChannelWriterContent({ writeStringUtf8(it) }, ContentType.Application.Json))
    onUpload { _, _ -> }
  }),
  /** It can be sent only once, and does not tell its model. */
  CHANNEL({
    setBody(ByteReadChannel(it))
    resilience { chain(SONNET, HAIKU) }
  }),
}

/** A way to read the answer. */
enum class Reading(val streams: Boolean) {
  TEXT(false),
  EXECUTE(true),
  SSE(true),
}

val formsAround: HttpClientConfig<*>.() -> Unit = {
  install(ContentNegotiation) { json() }
  install(SSE)
}

suspend fun HttpClient.answer(
  provider: ScriptedProvider,
  reading: Reading,
  body: HttpRequestBuilder.(String) -> Unit,
): String {
  val request: HttpRequestBuilder.() -> Unit = {
    method = HttpMethod.Post
    url("${provider.baseUrl}/v1/messages")
    contentType(ContentType.Application.Json)
    body(request(SONNET, reading.streams))
  }
  if (reading == Reading.SSE) {
    var events = listOf<String?>()
    sse(request) { events = incoming.toList().map { it.event } }
    return events.last().orEmpty()
  }
  val statement = preparePost(request)
  return if (reading == Reading.TEXT) statement.execute().bodyAsText()
  else statement.execute { it.bodyAsChannel().readRemaining().readString() }
}
