package dev.holdfast.ktor

import dev.holdfast.coroutines.model
import dev.holdfast.coroutines.resilience
import dev.holdfast.coroutines.retry
import dev.holdfast.outcome.IncompleteStreamException
import dev.holdfast.outcome.StreamInterruptedException
import dev.holdfast.testkit.Behaviour
import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.datatest.withData
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.ktor.client.HttpClient
import io.ktor.client.engine.cio.CIO
import io.ktor.client.request.preparePost
import io.ktor.client.request.setBody
import io.ktor.client.statement.bodyAsText
import io.ktor.http.ContentType
import io.ktor.http.contentType

private class Raw(
  val name: String,
  val path: String,
  val body: String,
  val expected: Class<out Throwable>?,
  val stream: Boolean = true,
  val type: String = "text/event-stream",
  val length: Int? = null,
)

private const val CHAT = "/v1/chat/completions"
private const val PIECE = """data: {"choices":[{"index":0,"delta":{"content":"Hi"}}]}"""
private const val FINISH = """data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}"""
private const val GEMINI = "/v1beta/models/$SONNET:streamGenerateContent"
private const val CHUNK = """{"candidates":[{"content":{"parts":[{"text":"Hi"}]}}]}"""
private const val LAST =
  """{"candidates":[{"content":{"parts":[{"text":"."}]},"finishReason":"STOP"}]}"""
private val INTERRUPTED = StreamInterruptedException::class.java
private val INCOMPLETE = IncompleteStreamException::class.java

class RawAnswerTest :
  FunSpec({
    context("on CIO, each protocol tells the end of its streams") {
      withData<Raw>(
        { it.name },
        Raw("chat, complete", CHAT, "$PIECE\n\n$FINISH\n\ndata: [DONE]\n\n", null),
        Raw("chat, finished without DONE", CHAT, "$PIECE\n\n$FINISH\n\n", null),
        Raw("chat, cut", CHAT, "$PIECE\n\n$PIECE\n\n", INTERRUPTED),
        Raw("chat, empty", CHAT, "", INCOMPLETE),
        Raw("chat, in comments only", CHAT, ": wait\n\n".repeat(5), INCOMPLETE),
        Raw(
          "chat, whole JSON instead",
          CHAT,
          """{"choices":[]}""",
          null,
          type = "application/json",
        ),
        Raw("a page instead", CHAT, "<html></html>", INCOMPLETE, type = "text/html"),
        Raw("Gemini, complete", "$GEMINI?alt=sse", "data: $CHUNK\n\ndata: $LAST\n\n", null),
        Raw("Gemini, cut", "$GEMINI?alt=sse", "data: $CHUNK\n\n", INTERRUPTED),
        Raw("Gemini's list", GEMINI, "[$CHUNK,\n$LAST]", null, type = "application/json"),
        Raw("Gemini's list, cut", GEMINI, "[$CHUNK,\n", INTERRUPTED, type = "application/json"),
        Raw("no protocol, whole", "/other", "x", null, type = "text/plain", length = 1),
        Raw("no protocol, events", "/other", "data: x\n\n", null),
        Raw("no protocol, cut inside a line", "/other", "data: x\n\ndata: y", INTERRUPTED),
        Raw("no protocol, no event", "/other", "", INCOMPLETE),
        Raw("no protocol, short", "/other", "x", INTERRUPTED, length = 100),
        Raw("no protocol, nothing", "/other", "", INCOMPLETE, length = 100),
      ) { raw ->
        val shared = resilience {
          model(SONNET)
          retry { maxAttempts(1) }
        }
        val length = raw.length ?: raw.body.toByteArray().size
        val head = "HTTP/1.1 200 OK\r\nContent-Type: ${raw.type}\r\nContent-Length: $length\r\n\r\n"
        RawServer {
            request()
            send(head + raw.body)
          }
          .use { server ->
            HttpClient(CIO) { install(LlmResilience) { use(shared) } }
              .use { client ->
                val thrown =
                  runCatching {
                      client
                        .preparePost(server.baseUrl + raw.path) {
                          contentType(ContentType.Application.Json)
                          setBody(request(SONNET, raw.stream))
                        }
                        .execute { it.bodyAsText() }
                    }
                    .exceptionOrNull()

                withClue("$thrown") {
                  generateSequence(thrown) { it.cause }
                    .any { raw.expected?.isInstance(it) ?: false } shouldBe (raw.expected != null)
                  (thrown == null) shouldBe (raw.expected == null)
                  shared.breakers().breaker(SONNET).failures() shouldBe
                    if (raw.expected == null) 0 else 1
                }
              }
          }
      }
    }

    for (engine in ENGINES.keys) {
      test("$engine: half a JSON answer is not handed on, not even by execute") {
        withEngine(engine) { provider, client ->
          provider.model(SONNET).always(Behaviour.cutStream(3))

          client.ask(provider).bodyAsText() shouldContain HAIKU
          client
            .preparePost("${provider.baseUrl}/v1/messages") {
              contentType(ContentType.Application.Json)
              setBody(request(SONNET))
            }
            .execute { it.bodyAsText() } shouldContain HAIKU

          provider.askedModels() shouldContainExactly listOf(SONNET, HAIKU, SONNET, HAIKU)
        }
      }
    }
  })
