package dev.holdfast.providers.stream

import dev.holdfast.providers.WireProtocol
import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.datatest.withData
import io.kotest.matchers.collections.shouldContainExactlyInAnyOrder
import io.kotest.matchers.ints.shouldBeGreaterThanOrEqual
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeInstanceOf
import java.util.Base64

/** What a stream must hold before it may be complete, found without the guard. */
private fun sign(protocol: WireProtocol): Regex =
  when (protocol) {
    WireProtocol.ANTHROPIC_MESSAGES -> Regex("message_stop")
    WireProtocol.OPENAI_CHAT -> Regex("""\[DONE]|"finish_reason":\s*"""")
    WireProtocol.OPENAI_RESPONSES -> Regex("""response\.(completed|incomplete)""")
    WireProtocol.GEMINI -> Regex("finishReason|blockReason|\\[DONE]")
    WireProtocol.BEDROCK_CONVERSE -> Regex("messageStop")
    WireProtocol.BEDROCK_INVOKE ->
      Regex("""message_stop|stop_?[rR]eason":\s*"|completionReason":\s*"|finish_reason":\s*"""")
  }

private fun GoldenStream.firstSign(): Int {
  val text = String(bytes, Charsets.ISO_8859_1)
  val sign = sign(protocol)
  if (protocol != WireProtocol.BEDROCK_INVOKE) return sign.find(text)!!.range.last + 1
  val events =
    Regex(""""bytes":\s*"([^"]*)"""").findAll(text).map {
      it.range.last to String(Base64.getDecoder().decode(it.groupValues[1]))
    }
  val claude = events.any { (_, event) -> "message_start" in event }
  return events
    .first { (_, event) -> if (claude) "message_stop" in event else sign.containsMatchIn(event) }
    .first
}

class StreamCutsTest :
  FunSpec({
    val complete = GoldenStream.all().filter { it.verdict.startsWith("complete") }

    fun GoldenStream.cutAt(length: Int) =
      StreamGuard.of(protocol).also { it.feed(bytes, 0, length) }

    test("there are complete streams of every protocol") {
      complete.map { it.protocol }.toSet() shouldContainExactlyInAnyOrder WireProtocol.entries
    }

    context("a stream that is cut anywhere is never complete before its end came") {
      withData<GoldenStream>({ it.name }, complete) { stream ->
        val whole = stream.cutAt(stream.bytes.size)
        val verdict = whole.end() as StreamVerdict.Complete
        val firstSign = stream.firstSign()
        for (length in 0 until stream.bytes.size) withClue("cut at $length") {
          val guard = stream.cutAt(length)
          val cut = guard.end()
          if (cut is StreamVerdict.Complete) {
            length shouldBeGreaterThanOrEqual firstSign
            guard.contentEvents shouldBe whole.contentEvents
            cut.rawFinish shouldBe verdict.rawFinish
          } else {
            cut.shouldBeInstanceOf<StreamVerdict.Truncated>()
          }
        }
      }
    }
  })
