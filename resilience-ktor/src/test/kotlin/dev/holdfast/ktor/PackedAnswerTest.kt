package dev.holdfast.ktor

import com.sun.net.httpserver.HttpServer
import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.datatest.withData
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.ktor.client.HttpClient
import io.ktor.client.plugins.compression.ContentEncoding
import io.ktor.client.request.preparePost
import io.ktor.client.request.setBody
import io.ktor.client.statement.bodyAsText
import io.ktor.http.ContentType
import io.ktor.http.contentType
import java.io.ByteArrayOutputStream
import java.net.InetAddress
import java.net.InetSocketAddress
import java.util.zip.GZIPOutputStream

/** Answers each model with its status and text, packed, in the type of a stream or of JSON. */
private class PackingServer(answers: Map<String, Pair<Int, String>>) : AutoCloseable {
  private val server = HttpServer.create(InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0)
  val url: String = "http://127.0.0.1:${server.address.port}/v1/messages"

  init {
    server.createContext("/") { exchange ->
      val asked = exchange.requestBody.readAllBytes().decodeToString()
      val (status, text) = answers.entries.first { "\"${it.key}\"" in asked }.value
      val packed = ByteArrayOutputStream()
      GZIPOutputStream(packed).use { it.write(text.toByteArray()) }
      val type = if (text.startsWith("event")) "text/event-stream" else "application/json"
      exchange.responseHeaders["content-type"] = type
      exchange.responseHeaders["content-encoding"] = "gzip"
      exchange.sendResponseHeaders(status, packed.size().toLong())
      exchange.responseBody.use { it.write(packed.toByteArray()) }
    }
    server.start()
  }

  override fun close() = server.stop(0)
}

private const val GOOD =
  """{"type":"message","role":"assistant","content":[{"type":"text","text":"Hi"}],""" +
    """"stop_reason":"end_turn"}"""
private const val BAD = """{"type":"error","error":{"type":"overloaded_error","message":"x"}}"""
private const val START =
  "event: message_start\ndata: {\"type\":\"message_start\"}\n\n" +
    "event: content_block_start\ndata: {\"type\":\"content_block_start\",\"index\":0}\n\n"
private const val DELTA =
  "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":0," +
    "\"delta\":{\"type\":\"text_delta\",\"text\":\"Hi\"}}\n\n"
private const val STOP = "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n"

private class Packed(
  val name: String,
  val first: Pair<Int, String>,
  val isStream: Boolean,
  val served: String?,
)

class PackedAnswerTest :
  FunSpec({
    for (engine in ENGINES.keys) {
      for (isBefore in listOf(true, false)) {
        val order = if (isBefore) "before" else "after"
        context("$engine, ContentEncoding $order: what was unpacked is judged") {
          withData<Packed>(
            { it.name },
            Packed("a good answer", 200 to GOOD, false, SONNET),
            Packed("an error", 529 to BAD, false, HAIKU),
            Packed("an error with status 200", 200 to BAD, false, HAIKU),
            Packed("a whole stream", 200 to START + DELTA + STOP, true, SONNET),
            Packed("a stream that ends before content", 200 to START, true, HAIKU),
            Packed("a stream that ends after content", 200 to START + DELTA, true, null),
          ) { packed ->
            val good = if (packed.isStream) START + DELTA + STOP else GOOD
            val shared = resilienceOfTwo()
            PackingServer(mapOf(SONNET to packed.first, HAIKU to (200 to good))).use { server ->
              HttpClient(ENGINES.getValue(engine)) {
                  if (isBefore) install(ContentEncoding) { gzip() }
                  install(LlmResilience) { use(shared) }
                  if (!isBefore) install(ContentEncoding) { gzip() }
                }
                .use { client ->
                  val answer = runCatching {
                    client
                      .preparePost(server.url) {
                        contentType(ContentType.Application.Json)
                        setBody(request(SONNET, packed.isStream))
                      }
                      .execute { it.bodyAsText() to it.resilience?.served() }
                  }

                  withClue("$answer") {
                    if (packed.served == null) answer.isFailure shouldBe true
                    else {
                      answer.getOrThrow().second shouldBe packed.served
                      answer.getOrThrow().first shouldContain "Hi"
                    }
                    shared.breakers().breaker(SONNET).failures() shouldBe
                      if (packed.served == SONNET) 0 else 1
                  }
                }
            }
          }
        }
      }
    }
  })
