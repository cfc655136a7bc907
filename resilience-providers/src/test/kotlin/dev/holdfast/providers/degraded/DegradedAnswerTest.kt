package dev.holdfast.providers.degraded

import dev.holdfast.providers.WireProtocol
import io.kotest.core.spec.style.FunSpec
import io.kotest.datatest.withData
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import kotlinx.serialization.json.Json
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.jsonArray
import kotlinx.serialization.json.jsonObject
import kotlinx.serialization.json.jsonPrimitive

class DegradedAnswerTest :
  FunSpec({
    val text = "Line one\n\"quoted\" é"
    val answer = DegradedAnswer(text)

    fun json(body: String): JsonObject = Json.parseToJsonElement(body).jsonObject

    fun data(events: String): List<String> =
      events.split("\n\n").filter { it.isNotEmpty() }.map { it.substringAfter("data: ") }

    test("a message has the text as its only block") {
      val message = json(answer.json(WireProtocol.ANTHROPIC_MESSAGES))

      message["content"]!!.jsonArray.single().jsonObject["text"]!!.jsonPrimitive.content shouldBe
        text
      message["stop_reason"]!!.jsonPrimitive.content shouldBe "end_turn"
      message["id"]!!.jsonPrimitive.content shouldBe "degraded"
      message["model"]!!.jsonPrimitive.content shouldBe "degraded"
    }

    test("the events of a message carry the text, and end as the protocol says") {
      val events = data(answer.events(WireProtocol.ANTHROPIC_MESSAGES)).map(::json)

      events.map { it["type"]!!.jsonPrimitive.content } shouldContainExactly
        listOf(
          "message_start",
          "content_block_start",
          "content_block_delta",
          "content_block_stop",
          "message_delta",
          "message_stop",
        )
      events[2]["delta"]!!.jsonObject["text"]!!.jsonPrimitive.content shouldBe text
    }

    test("a completion has the text as its only choice") {
      val choice =
        json(answer.json(WireProtocol.OPENAI_CHAT))["choices"]!!.jsonArray.single().jsonObject

      choice["message"]!!.jsonObject["content"]!!.jsonPrimitive.content shouldBe text
      choice["finish_reason"]!!.jsonPrimitive.content shouldBe "stop"
    }

    test("the chunks of a completion carry the text, finish, and end with DONE") {
      val chunks = data(answer.events(WireProtocol.OPENAI_CHAT))

      chunks.last() shouldBe "[DONE]"
      val choices = chunks.dropLast(1).map { json(it)["choices"]!!.jsonArray.single().jsonObject }
      choices[0]["delta"]!!.jsonObject["content"]!!.jsonPrimitive.content shouldBe text
      choices[1]["finish_reason"]!!.jsonPrimitive.content shouldBe "stop"
    }

    context("the path of a URL tells the protocol") {
      withData<Pair<String, WireProtocol?>>(
        { "<${it.first}>" },
        "/v1/messages" to WireProtocol.ANTHROPIC_MESSAGES,
        "/anthropic/v1/messages/" to WireProtocol.ANTHROPIC_MESSAGES,
        "/v1/chat/completions" to WireProtocol.OPENAI_CHAT,
        "/v1/messages/count_tokens" to null,
        "/v1/completions" to null,
        "" to null,
      ) { (path, protocol) ->
        WireProtocol.ofPath(path) shouldBe protocol
      }
    }
  })
