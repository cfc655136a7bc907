package dev.holdfast.providers.stream

import dev.holdfast.providers.WireProtocol
import dev.holdfast.providers.degraded.EventFrame
import io.kotest.core.spec.style.FunSpec
import io.kotest.datatest.withData
import io.kotest.matchers.ints.shouldBeGreaterThan
import io.kotest.matchers.longs.shouldBeLessThan
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeInstanceOf
import java.io.ByteArrayOutputStream
import java.util.Base64

private const val MEBIBYTE = 1024 * 1024

private val words =
  listOf("Hi", " and \\\"more\\\"", "\\u00e4", "é😀", "a".repeat(300), "{}[]:, ", "\\n")

/** The event that brings this text; numbers of events and of tokens change with each. */
private fun content(protocol: WireProtocol, text: String, number: Int): ByteArray =
  when (protocol) {
    WireProtocol.ANTHROPIC_MESSAGES ->
      sse(
        """{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"$text"}}""",
        "content_block_delta",
      )
    WireProtocol.OPENAI_CHAT ->
      sse(
        """{"id":"$number","choices":[{"index":0,"delta":{"content":"$text"},"finish_reason":null}]}"""
      )
    WireProtocol.OPENAI_RESPONSES ->
      sse("""{"type":"response.output_text.delta","sequence_number":$number,"delta":"$text"}""")
    WireProtocol.GEMINI ->
      sse(
        """{"candidates":[{"content":{"parts":[{"text":"$text"}]}}],""" +
          """"usageMetadata":{"promptTokenCount":1000,"candidatesTokenCount":$number}}"""
      )
    WireProtocol.BEDROCK_CONVERSE ->
      EventFrame.of("contentBlockDelta", """{"contentBlockIndex":0,"delta":{"text":"$text"}}""")
    WireProtocol.BEDROCK_INVOKE -> chunk("""{"generation":"$text","stop_reason":null}""")
  }

private fun end(protocol: WireProtocol): ByteArray =
  when (protocol) {
    WireProtocol.ANTHROPIC_MESSAGES -> sse("""{"type":"message_stop"}""", "message_stop")
    WireProtocol.OPENAI_CHAT -> sse("[DONE]")
    WireProtocol.OPENAI_RESPONSES -> sse("""{"type":"response.completed"}""")
    WireProtocol.GEMINI -> sse("""{"candidates":[{"finishReason":"STOP"}]}""")
    WireProtocol.BEDROCK_CONVERSE -> EventFrame.of("messageStop", """{"stopReason":"end_turn"}""")
    WireProtocol.BEDROCK_INVOKE -> chunk("""{"generation":"","stop_reason":"stop"}""")
  }

private fun sse(data: String, name: String? = null): ByteArray =
  (name?.let { "event: $it\n" }.orEmpty() + "data: $data\n\n").toByteArray()

private fun chunk(json: String): ByteArray =
  EventFrame.of(
    "chunk",
    """{"bytes":"${Base64.getEncoder().encodeToString(json.toByteArray())}"}""",
  )

private fun stream(protocol: WireProtocol): ByteArray {
  val bytes = ByteArrayOutputStream()
  var number = 0
  while (bytes.size() < MEBIBYTE) {
    bytes.writeBytes(content(protocol, words[number % words.size], number))
    number++
  }
  bytes.writeBytes(end(protocol))
  return bytes.toByteArray()
}

class StreamMemoryTest :
  FunSpec({
    context("a guard over a stream of a mebibyte takes less than 64 KiB, garbage and all") {
      withData(WireProtocol.entries) { protocol ->
        val bytes = stream(protocol)
        var verdict: StreamVerdict? = null
        fun watch() {
          val guard = StreamGuard.of(protocol)
          guard.feedInPieces(bytes) { 8 * 1024 }
          verdict = guard.end()
        }
        watch()

        allocatedBytes(::watch) shouldBeLessThan 64 * 1024
        bytes.size shouldBeGreaterThan MEBIBYTE
        verdict.shouldBeInstanceOf<StreamVerdict.Complete>().contentSeen shouldBe true
      }
    }
  })
