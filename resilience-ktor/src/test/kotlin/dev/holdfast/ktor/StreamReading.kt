package dev.holdfast.ktor

import dev.holdfast.testkit.ScriptedProvider
import io.ktor.client.HttpClient
import io.ktor.client.plugins.sse.sse
import io.ktor.client.request.HttpRequestBuilder
import io.ktor.client.request.preparePost
import io.ktor.client.request.setBody
import io.ktor.client.statement.HttpResponse
import io.ktor.client.statement.bodyAsChannel
import io.ktor.client.statement.bodyAsText
import io.ktor.http.ContentType
import io.ktor.http.HttpMethod
import io.ktor.http.contentType
import io.ktor.utils.io.readAvailable
import io.ktor.utils.io.readLine

/** The ways in which callers read a stream. */
enum class StreamReading {
  LINES,
  PIECES,
  TEXT,
  SESSION,
}

/** What a caller had of a stream: its text, and the exception that it ended with. */
class Seen(val text: String, val thrown: Throwable?) {
  /** The events that it has, by name. */
  val events: List<String> = Regex("event: (\\w+)").findAll(text).map { it.groupValues[1] }.toList()

  inline fun <reified T : Throwable> cause(): T? =
    generateSequence(thrown) { it.cause }.take(16).filterIsInstance<T>().firstOrNull()
}

/** Reads a stream to its end, and calls [each] with all that has come, each time more has. */
suspend fun HttpClient.readStream(
  provider: ScriptedProvider,
  reading: StreamReading,
  model: String = SONNET,
  path: String = "/v1/messages",
  configure: HttpRequestBuilder.() -> Unit = {},
  each: suspend (String) -> Unit = {},
): Seen {
  val text = StringBuilder()
  suspend fun add(part: String) {
    text.append(part)
    each(text.toString())
  }
  val url = "${provider.baseUrl}$path"
  try {
    if (reading == StreamReading.SESSION) {
      sse(
        url,
        {
          method = HttpMethod.Post
          contentType(ContentType.Application.Json)
          setBody(request(model, stream = true))
          resilience { feature("chat") }
          configure()
        },
      ) {
        incoming.collect { add("event: ${it.event}\ndata: ${it.data}\n\n") }
      }
    } else {
      preparePost(url) {
          contentType(ContentType.Application.Json)
          setBody(request(model, stream = true))
          resilience { feature("chat") }
          configure()
        }
        .execute { it.read(reading, ::add) }
    }
  } catch (thrown: Throwable) {
    return Seen(text.toString(), thrown)
  }
  return Seen(text.toString(), null)
}

private suspend fun HttpResponse.read(reading: StreamReading, add: suspend (String) -> Unit) {
  if (reading == StreamReading.TEXT) return add(bodyAsText())
  val channel = bodyAsChannel()
  if (reading == StreamReading.LINES) {
    while (true) add((channel.readLine() ?: return) + "\n")
  }
  val piece = ByteArray(50)
  while (true) {
    val length = channel.readAvailable(piece)
    if (length < 0) return
    add(piece.decodeToString(0, length))
  }
}
