package dev.holdfast.ktor

import dev.holdfast.coroutines.model
import dev.holdfast.coroutines.resilience
import dev.holdfast.coroutines.retry
import dev.holdfast.outcome.FailureClass
import dev.holdfast.plan.CallRecord
import dev.holdfast.providers.WireProtocol
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.ktor.client.HttpClient
import io.ktor.client.request.preparePost
import io.ktor.client.request.setBody
import io.ktor.client.statement.bodyAsBytes
import io.ktor.http.ContentType
import io.ktor.http.contentType
import java.io.File
import java.util.Base64

/** A stream of which the tests of the providers tell what it is. */
private class Golden(file: File) {
  val name: String = file.nameWithoutExtension
  val protocol: WireProtocol
  val body: ByteArray

  /** What the record of a call may have for it; null for a complete stream. */
  val failures: List<FailureClass?>

  init {
    val all = file.readBytes().toString(Charsets.ISO_8859_1)
    val (first, second, third) = all.lines()
    val bytes = all.substring(first.length + second.length + third.length + 3)
    protocol = WireProtocol.valueOf(first.removePrefix("# protocol: "))
    body =
      if (file.extension == "base64") Base64.getMimeDecoder().decode(bytes)
      else bytes.toByteArray(Charsets.ISO_8859_1)
    val failed = third.removePrefix("# failure: ").substringBefore(' ')
    val failure = if (failed == "-") null else FailureClass.valueOf(failed)
    failures =
      when {
        second.startsWith("# verdict: complete") -> listOf(null)
        "content=no" in second -> listOf(failure)
        // An error that comes together with the first content is told before it is shown.
        else -> FailureClass.entries
      }
  }

  val path: String =
    when (protocol) {
      WireProtocol.ANTHROPIC_MESSAGES -> "/v1/messages"
      WireProtocol.OPENAI_CHAT -> "/v1/chat/completions"
      WireProtocol.OPENAI_RESPONSES -> "/v1/responses"
      WireProtocol.GEMINI -> "/v1beta/models/$name:streamGenerateContent?alt=sse"
      WireProtocol.BEDROCK_CONVERSE -> "/model/$name/converse-stream"
      WireProtocol.BEDROCK_INVOKE -> "/model/$name/invoke-with-response-stream"
    }

  private val type: String =
    if (file.extension == "base64") "application/vnd.amazon.eventstream" else "text/event-stream"

  fun answer(connection: RawConnection, piece: Int) {
    connection.request()
    connection.head("Content-Type: $type\r\nConnection: close\r\n$CHUNKED")
    for (from in body.indices step piece) {
      connection.chunk(body.copyOfRange(from, minOf(from + piece, body.size)))
    }
    connection.send("0\r\n\r\n")
  }
}

private val GOLDEN =
  File("../resilience-providers/src/test/resources/golden/streams")
    .listFiles { file -> file.extension in setOf("sse", "base64") }
    .orEmpty()
    .sortedBy { it.name }
    .map(::Golden)

private suspend fun HttpClient.failureOf(golden: Golden, baseUrl: String): FailureClass? {
  var record: CallRecord? = null
  val thrown =
    runCatching {
        preparePost(baseUrl + golden.path) {
            contentType(ContentType.Application.Json)
            setBody(request(golden.name, stream = true))
            resilience { chain(golden.name) }
          }
          .execute {
            it.bodyAsBytes().size shouldBe golden.body.size
            record = it.resilience
          }
      }
      .exceptionOrNull()
  if (thrown is AssertionError) throw thrown
  return (record ?: checkNotNull(thrown?.resilience) { "$thrown" }).attempts().single().failure()
}

class GoldenStreamTest :
  FunSpec({
    for (engine in ENGINES.keys) {
      test("$engine: streams of every protocol are what they are, with an end that is a good one") {
        var current = GOLDEN.first()
        val shared = resilience {
          for (golden in GOLDEN) model(golden.name)
          retry { maxAttempts(1) }
        }
        RawServer { current.answer(this, piece = 700) }
          .use { server ->
            HttpClient(ENGINES.getValue(engine)) { install(LlmResilience) { use(shared) } }
              .use { client ->
                val wrong =
                  GOLDEN.map {
                      current = it
                      it to client.failureOf(it, server.baseUrl)
                    }
                    .filter { (golden, failure) -> failure !in golden.failures }

                wrong.joinToString("\n") { (it, failure) -> "${it.name} $failure" } shouldBe ""
              }
          }
      }
    }
  })
