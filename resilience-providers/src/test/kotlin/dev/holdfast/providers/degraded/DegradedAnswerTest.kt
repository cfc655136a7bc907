package dev.holdfast.providers.degraded

import dev.holdfast.providers.WireProtocol
import dev.holdfast.providers.request.AnswerForm
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.datatest.withData
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import java.nio.ByteBuffer
import java.util.zip.CRC32
import kotlinx.serialization.json.Json
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.jsonArray
import kotlinx.serialization.json.jsonObject
import kotlinx.serialization.json.jsonPrimitive

private const val TEXT = "Line one\n\"quoted\" é 😀"

private fun json(body: String): JsonObject = Json.parseToJsonElement(body).jsonObject

private fun JsonElement.at(vararg path: Any): JsonElement =
  path.fold(this) { value, step ->
    if (step is Int) value.jsonArray[step] else value.jsonObject.getValue(step as String)
  }

private fun JsonElement.textAt(vararg path: Any): String = at(*path).jsonPrimitive.content

/** The data of the events, whose name, if they have one, must be the type that the data tells. */
private fun data(events: String): List<String> =
  events.removeSuffix("\n\n").split("\n\n").map { event ->
    val lines = event.lines()
    val data = lines.last().removePrefix("data: ")
    if (lines.size > 1) lines.first() shouldBe "event: ${json(data).textAt("type")}"
    data
  }

private class Frame(val headers: Map<String, String>, val payload: JsonObject)

/** Reads messages of AWS's event stream, whose checksums must fit. */
private fun frames(bytes: ByteArray): List<Frame> {
  val buffer = ByteBuffer.wrap(bytes)
  return buildList { while (buffer.hasRemaining()) add(frame(buffer)) }
}

private fun frame(buffer: ByteBuffer): Frame {
  val start = buffer.position()
  fun checksumFits() {
    val expected = CRC32().apply { update(buffer.array(), start, buffer.position() - start) }
    buffer.getInt() shouldBe expected.value.toInt()
  }
  val length = buffer.getInt()
  val headersLength = buffer.getInt()
  checksumFits()
  val headers = buildMap {
    val end = buffer.position() + headersLength
    while (buffer.position() < end) {
      val name = buffer.text(buffer.get().toInt())
      buffer.get() shouldBe 7
      put(name, buffer.text(buffer.getShort().toInt()))
    }
  }
  val payload = buffer.text(start + length - 4 - buffer.position())
  checksumFits()
  return Frame(headers, json(payload))
}

private fun ByteBuffer.text(length: Int): String =
  ByteArray(length).also { get(it) }.decodeToString()

class DegradedAnswerTest :
  FunSpec({
    val answer = DegradedAnswer(TEXT)

    test("a message has the text as its only block") {
      val message = json(answer.json(WireProtocol.ANTHROPIC_MESSAGES))

      message.at("content").jsonArray.size shouldBe 1
      message.textAt("content", 0, "text") shouldBe TEXT
      message.textAt("stop_reason") shouldBe "end_turn"
      message.textAt("id") shouldBe "degraded"
      message.textAt("model") shouldBe "degraded"
    }

    test("the events of a message carry the text, and end as the protocol says") {
      val events = data(answer.events(WireProtocol.ANTHROPIC_MESSAGES)).map(::json)

      events.map { it.textAt("type") } shouldContainExactly
        listOf(
          "message_start",
          "content_block_start",
          "content_block_delta",
          "content_block_stop",
          "message_delta",
          "message_stop",
        )
      events[2].textAt("delta", "text") shouldBe TEXT
    }

    test("a completion has the text as its only choice") {
      val completion = json(answer.json(WireProtocol.OPENAI_CHAT))

      completion.at("choices").jsonArray.size shouldBe 1
      completion.textAt("choices", 0, "message", "content") shouldBe TEXT
      completion.textAt("choices", 0, "finish_reason") shouldBe "stop"
      completion.textAt("model") shouldBe "degraded"
    }

    test("the chunks of a completion carry the text, finish, and end with DONE") {
      val chunks = data(answer.events(WireProtocol.OPENAI_CHAT))

      chunks.last() shouldBe "[DONE]"
      val (first, last) = chunks.dropLast(1).map(::json)
      first.textAt("choices", 0, "delta", "content") shouldBe TEXT
      last.textAt("choices", 0, "finish_reason") shouldBe "stop"
    }

    test("a response has the text as its only output") {
      val response = json(answer.json(WireProtocol.OPENAI_RESPONSES))

      response.at("output").jsonArray.size shouldBe 1
      response.textAt("output", 0, "content", 0, "text") shouldBe TEXT
      response.textAt("status") shouldBe "completed"
      response.textAt("model") shouldBe "degraded"
    }

    test("the events of a response are numbered, carry the text, and end completed") {
      val events = data(answer.events(WireProtocol.OPENAI_RESPONSES)).map(::json)

      events.map { it.textAt("type").removePrefix("response.") } shouldContainExactly
        listOf(
          "created",
          "in_progress",
          "output_item.added",
          "content_part.added",
          "output_text.delta",
          "output_text.done",
          "content_part.done",
          "output_item.done",
          "completed",
        )
      events.map { it.textAt("sequence_number").toInt() } shouldContainExactly (0..8).toList()
      events[4].textAt("delta") shouldBe TEXT
      events[5].textAt("text") shouldBe TEXT
      events[8].at("response") shouldBe json(answer.json(WireProtocol.OPENAI_RESPONSES))
    }

    test("Gemini's answer has the text as its only candidate, in each of its forms") {
      val candidate = json(answer.json(WireProtocol.GEMINI))

      candidate.textAt("candidates", 0, "content", "parts", 0, "text") shouldBe TEXT
      candidate.textAt("candidates", 0, "finishReason") shouldBe "STOP"
      candidate.textAt("modelVersion") shouldBe "degraded"
      data(answer.events(WireProtocol.GEMINI)).map(::json) shouldContainExactly listOf(candidate)
      val array = answer.body(WireProtocol.GEMINI, AnswerForm.JSON_ARRAY).decodeToString()
      Json.parseToJsonElement(array).jsonArray.toList() shouldContainExactly listOf(candidate)
    }

    test("a Converse answer has the text as its only content, and says that it is degraded") {
      val converse = json(answer.json(WireProtocol.BEDROCK_CONVERSE))

      converse.textAt("output", "message", "content", 0, "text") shouldBe TEXT
      converse.textAt("stopReason") shouldBe "end_turn"
      converse.textAt("additionalModelResponseFields", "degraded") shouldBe "true"
    }

    test("the frames of a Converse answer carry the text, and end with the measures") {
      val frames = frames(answer.body(WireProtocol.BEDROCK_CONVERSE, AnswerForm.AWS_EVENTS))

      frames.map { it.headers.getValue(":event-type") } shouldContainExactly
        listOf("messageStart", "contentBlockDelta", "contentBlockStop", "messageStop", "metadata")
      frames.map { it.headers.getValue(":message-type") }.distinct() shouldBe listOf("event")
      frames[1].payload.textAt("delta", "text") shouldBe TEXT
      frames[3].payload.textAt("stopReason") shouldBe "end_turn"
      frames[3].payload.textAt("additionalModelResponseFields", "degraded") shouldBe "true"
    }

    context("the forms that a protocol has can be made, the others are refused") {
      withData(WireProtocol.entries) { protocol ->
        for (form in AnswerForm.entries) {
          if (form in DegradedAnswer.forms(protocol)) {
            answer.body(protocol, form).isNotEmpty() shouldBe true
          } else {
            shouldThrow<IllegalArgumentException> { answer.body(protocol, form) }.message shouldBe
              "form must be one of ${DegradedAnswer.forms(protocol)}, but was $form"
          }
        }
      }
    }

    test("the body is the text of its form") {
      val protocol = WireProtocol.OPENAI_RESPONSES

      answer.body(protocol, AnswerForm.JSON).decodeToString() shouldBe answer.json(protocol)
      answer.body(protocol, AnswerForm.EVENTS).decodeToString() shouldBe answer.events(protocol)
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
