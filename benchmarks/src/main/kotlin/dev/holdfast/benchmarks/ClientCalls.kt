package dev.holdfast.benchmarks

import dev.holdfast.ktor.LlmResilience
import io.ktor.client.HttpClient
import io.ktor.client.HttpClientConfig
import io.ktor.client.engine.cio.CIO
import io.ktor.client.plugins.api.Send
import io.ktor.client.plugins.api.createClientPlugin
import io.ktor.client.request.HttpRequestBuilder
import io.ktor.client.request.post
import io.ktor.client.request.preparePost
import io.ktor.client.request.setBody
import io.ktor.client.request.takeFrom
import io.ktor.client.statement.bodyAsChannel
import io.ktor.client.statement.bodyAsText
import io.ktor.http.ContentType
import io.ktor.http.contentType
import io.ktor.http.takeFrom
import io.ktor.utils.io.readLine
import kotlin.time.Duration.Companion.minutes

/** Calls of Ktor clients on one CIO engine, which differ in what is installed. */
internal class ClientCalls : AutoCloseable {

  private val engine = CIO.create()
  private val wholes = LoopbackServer(ClientAnswers.whole())
  private val streams = LoopbackServer(ClientAnswers.stream(STREAM))

  /** Nothing is installed. */
  val bare: HttpClient = HttpClient(engine)

  /** Each request is copied before it is sent, as it must be by whoever sends it twice. */
  val copying: HttpClient = client {
    install(
      createClientPlugin("Copying") {
        on(Send) { request -> proceed(HttpRequestBuilder().takeFrom(request)) }
      }
    )
  }

  val guarded: HttpClient = client {
    install(LlmResilience) {
      model(MODEL)
      model("gpt-4o-mini")
      deadline(2.minutes)
      degraded { "All models are down" }
    }
  }

  /** Asks and reads all of the answer as text, which is returned. */
  suspend fun whole(client: HttpClient): String =
    client.post { request(wholes.url, isStream = false) }.bodyAsText()

  /** Asks and reads the stream line by line, as its bytes come; how many characters there were. */
  suspend fun stream(client: HttpClient): Long =
    client
      .preparePost { request(streams.url, isStream = true) }
      .execute { response ->
        val channel = response.bodyAsChannel()
        var characters = 0L
        while (true) characters += (channel.readLine() ?: break).length
        characters
      }

  private fun client(configure: HttpClientConfig<*>.() -> Unit) = HttpClient(engine, configure)

  private fun HttpRequestBuilder.request(to: String, isStream: Boolean) {
    url.takeFrom(to)
    contentType(ContentType.Application.Json)
    setBody(if (isStream) STREAM_REQUEST else WHOLE_REQUEST)
  }

  override fun close() {
    listOf(bare, copying, guarded).forEach(HttpClient::close)
    engine.close()
    wholes.close()
    streams.close()
  }

  private companion object {
    const val STREAM = 1 shl 20
    const val MODEL = "gpt-4o"
    val WHOLE_REQUEST = request(isStream = false)
    val STREAM_REQUEST = request(isStream = true)

    /** About 1 KiB. */
    fun request(isStream: Boolean): String =
      """{"model":"$MODEL","stream":$isStream,"messages":[{"role":"system","content":"You watch """ +
        """a bridge."},{"role":"user","content":"${"What do you see, and is it well? ".repeat(28)}"}]}"""
  }
}
