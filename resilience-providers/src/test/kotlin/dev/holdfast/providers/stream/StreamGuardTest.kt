package dev.holdfast.providers.stream

import dev.holdfast.outcome.FailureClass
import dev.holdfast.providers.WireProtocol
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldNotContain
import java.nio.ByteBuffer

class StreamGuardTest :
  FunSpec({
    fun chunk(delta: String, finish: String = "null") =
      """data: {"choices":[{"index":0,"delta":{$delta},"finish_reason":$finish}]}""" + "\n\n"
    val role = chunk("\"role\":\"assistant\",\"content\":\"\"")
    val content = chunk("\"content\":\"Hi\"")
    fun guard() = StreamGuard.of(WireProtocol.OPENAI_CHAT)
    fun StreamGuard.feed(text: String) = feed(text.toByteArray())

    test("keep-alives and lifecycle prove that the connection lives and nothing more") {
      val guard = guard()

      guard.feed(": OPENROUTER PROCESSING\n\n") shouldBe StreamProgress.ALIVE
      guard.feed(role) shouldBe StreamProgress.ALIVE
      guard.feed("") shouldBe StreamProgress.ALIVE
      guard.contentSeen shouldBe false
    }

    test("content is progress when its event is whole") {
      val guard = guard()

      guard.feed(content.dropLast(1)) shouldBe StreamProgress.ALIVE
      guard.feed(content.takeLast(1)) shouldBe StreamProgress.CONTENT
      guard.feed(role + content + content + role) shouldBe StreamProgress.CONTENT
      guard.contentEvents shouldBe 3
    }

    test("an event like the one before it counts when its rest has come, wherever it is cut") {
      for (cut in 1 until content.length) {
        val guard = guard()
        guard.feed(content)

        guard.feed(content.take(cut)) shouldBe StreamProgress.ALIVE
        guard.feed(content.drop(cut)) shouldBe StreamProgress.CONTENT
        guard.feed(content.take(cut)) shouldBe StreamProgress.ALIVE
        guard.feed(content.drop(cut) + content + "data: [DO") shouldBe StreamProgress.CONTENT
        guard.contentEvents shouldBe 4
        guard.feed("NE]\n") shouldBe StreamProgress.FINISHED
      }
    }

    test("what is like the beginning of an event, and then is another one, is read as that") {
      val error = "data: {\"error\":{\"code\":\"rate_limit_exceeded\"}}\n\n"
      for (cut in 1 until error.length) {
        val guard = guard()
        guard.feed(content)
        guard.feed(error.take(cut))
        guard.feed(error.drop(cut))

        guard.end().toFailure()?.failureClass() shouldBe FailureClass.STREAM_INTERRUPTED
      }
    }

    test("the stream is finished at the end of the terminator's line") {
      val guard = guard()
      guard.feed(content + chunk("", "\"stop\"")) shouldBe StreamProgress.CONTENT
      guard.finished shouldBe false

      guard.feed("data: [DONE]") shouldBe StreamProgress.ALIVE
      guard.feed("\n") shouldBe StreamProgress.FINISHED
      guard.feed(content) shouldBe StreamProgress.FINISHED
      guard.contentEvents shouldBe 1
    }

    test("a stream that breaks after its terminator is complete") {
      val guard = guard()
      guard.feed(content + chunk("", "\"stop\"") + "data: [DONE]\n")

      guard.broken().toFailure() shouldBe null
    }

    test("a stream that breaks in its last event does not count that event") {
      val guard = guard()
      guard.feed(content.trimEnd())

      guard.broken() shouldBe StreamVerdict.Truncated(contentSeen = false, usage = null)
    }

    test("the verdict stays what it was") {
      val guard = guard()
      val verdict = guard.end()
      guard.feed(content)

      guard.end() shouldBe verdict
      guard.broken() shouldBe verdict
    }

    test("an error keeps the verdict even if the terminator follows") {
      val guard = guard()
      guard.feed("data: {\"error\":{\"type\":\"server_error\"}}\n\ndata: [DONE]\n\n")

      guard.end().toFailure()?.failureClass() shouldBe FailureClass.SERVER_ERROR
    }

    test("a buffer is read between its position and its limit, and stays as it was") {
      val guard = guard()
      val buffer = ByteBuffer.wrap("xx${content}yy".toByteArray())
      buffer.position(2).limit(buffer.capacity() - 2)

      guard.feed(buffer) shouldBe StreamProgress.CONTENT
      guard.feed(buffer.slice()) shouldBe StreamProgress.CONTENT
      guard.feed(buffer.asReadOnlyBuffer()) shouldBe StreamProgress.CONTENT
      buffer.position() shouldBe 2
      guard.broken() shouldBe StreamVerdict.Truncated(contentSeen = true, usage = null)
    }

    test("nothing of the stream is told by its guard or its verdict") {
      val guard = guard()
      guard.feed(chunk("\"content\":\"secret\""))
      guard.feed(
        "data: {\"error\":{\"message\":\"secret\",\"type\":\"a secret\",\"code\":\"\\u0073secret\"}}\n\n"
      )

      "$guard ${guard.end()} ${guard.end().toFailure()}" shouldNotContain "secret"
    }

    test("an event of exactly the limit passes, and one byte more does not") {
      fun verdict(limit: Int) =
        StreamGuard.of(WireProtocol.OPENAI_CHAT, maxEventBytes = limit)
          .apply { feed(content + content) }
          .end()

      verdict(content.length) shouldBe StreamVerdict.Truncated(contentSeen = true, usage = null)
      (verdict(content.length - 1) as StreamVerdict.Errored).fault shouldBe StreamFault.TOO_LARGE
    }

    test("many small events and comments are never too large together") {
      val guard = StreamGuard.of(WireProtocol.OPENAI_CHAT, maxEventBytes = 200)
      repeat(100) { guard.feed(": wait\n") }
      repeat(100) { guard.feed(content) }

      guard.contentEvents shouldBe 100
    }

    test("a finish reason that the caller may take for a failure has its class") {
      FinishReason.entries.filter { it.failureClass != null }.map { it.name } shouldBe
        listOf("REFUSAL", "CONTENT_FILTER", "CONTEXT_WINDOW")
    }
  })
