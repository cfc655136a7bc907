package dev.holdfast.providers.stream

import dev.holdfast.providers.WireProtocol
import io.kotest.core.spec.style.FunSpec
import io.kotest.datatest.withData
import io.kotest.matchers.shouldBe

class EventPatternTest :
  FunSpec({
    fun chunk(content: String, id: String = "c-1", created: String = "17", rest: String = "null") =
      """data: {"id":"$id","created":$created,"choices":[{"index":0,"delta":{"content":$content}""" +
        ""","logprobs":null,"finish_reason":$rest}]}""" +
        "\n\n"

    val seen = chunk("\"Hi\"").toByteArray()
    fun reader(): EventReader {
      val state = StreamState(StreamErrorClassifier.STANDARD)
      val reader = EventReader(ChatDialect, state)
      SseFraming(reader, state, done = true, maxEventBytes = 4_096).feed(seen, 0, seen.size)
      return reader
    }

    context("an event that differs only in values that change nothing is like the one before") {
      withData(
        nameFn = { "'$it'" },
        chunk("\"Hi\""),
        chunk("\"H\""),
        chunk("\"Hi, and much more\""),
        chunk("\"\\\"\\\\\""),
        chunk("\"\u00e4\""),
        chunk("12"),
        chunk("\"Hi\"", id = "another"),
        chunk("\"a\"", id = "c-2", created = "123456"),
      ) { event ->
        val bytes = "xx$event$event".toByteArray()
        reader().match(bytes, 2, bytes.size) shouldBe 2 + event.toByteArray().size
      }
    }

    context("any other has to be read") {
      withData(
        nameFn = { "'$it'" },
        chunk("\"\""),
        chunk("null"),
        chunk("{}"),
        chunk("[\"Hi\"]"),
        chunk("\"Hi\"", rest = "\"stop\""),
        chunk("\"Hi\"", created = "-1"),
        chunk("\"Hi\"},\"error\":{\"code\":\"x\""),
        chunk("\"Hi\",\"role\":\"x\""),
        chunk("\"Hi\u0001\""),
        chunk("\"H\\\ni\""),
        chunk("\"Hi\"").replace("\"index\":0", "\"index\":1"),
        chunk("\"Hi\"").replace("delta", "elta"),
        chunk("\"Hi\"").replace("\n", "\r\n"),
        "event: error\n" + chunk("\"Hi\""),
        "data: [DONE]\n\n",
        "\n",
      ) { event ->
        val bytes = event.toByteArray()
        reader().match(bytes, 0, bytes.size) shouldBe -1
      }
    }

    test("an event that is not whole has to be read") {
      val event = chunk("\"Hello\"", id = "c-22").toByteArray()
      for (length in event.indices) reader().match(event, 0, length) shouldBe -1
    }

    test("events one after the other have the same verdict as in pieces") {
      fun data(vararg json: String) = json.joinToString("") { "data: $it\n\n" }
      fun candidate(index: Int, rest: String = "") =
        """{"candidates":[{"index":$index,"content":{"parts":[{"text":"a"}]}$rest}]}"""
      val usage = ""","usage":{"prompt_tokens":%d}}"""
      val streams =
        listOf(
          // An answer that was counted may be forgotten when the prompt is blocked after it.
          WireProtocol.GEMINI to
            data(
              candidate(1),
              """{"promptFeedback":{"blockReason":"SAFETY"}}""",
              candidate(1),
              candidate(0, ",\"finishReason\":\"STOP\""),
            ),
          WireProtocol.OPENAI_CHAT to
            listOf("\"Hi\"" to 5, "\"\"" to 7, "\"Hi\"" to 5).joinToString("") { (content, tokens)
              ->
              chunk(content).replace("]}", "]" + usage.format(tokens))
            },
          WireProtocol.OPENAI_CHAT to
            chunk("\"Hi\"") + chunk("\"Hi\"", rest = "\"stop\"") + chunk("\"Hi\""),
          WireProtocol.OPENAI_CHAT to
            listOf(
                chunk("\"Hey\""),
                chunk("\"Ho\""),
                chunk("\"Hey\""),
                ": wait\n\n",
                chunk("\"Ho\""),
              )
              .joinToString("")
              .replace("\n", "\r\n"),
          WireProtocol.ANTHROPIC_MESSAGES to
            listOf("end_turn", "max_tokens", "end_turn").joinToString("") {
              data("""{"delta":{"text":"a","stop_reason":"$it"}}""")
            } + data("""{"type":"message_stop"}"""),
        )
      for ((protocol, text) in streams) {
        val bytes = text.toByteArray()
        for (limit in 1..bytes.size) {
          fun guard() = StreamGuard.of(protocol, maxEventBytes = limit)
          val whole = guard().apply { feed(bytes) }
          val pieces = guard().feedInPieces(bytes) { 1 }
          whole.contentEvents shouldBe pieces.contentEvents
          whole.end() shouldBe pieces.end()
        }
      }
    }
  })
