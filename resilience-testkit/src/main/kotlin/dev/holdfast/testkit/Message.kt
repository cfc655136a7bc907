package dev.holdfast.testkit

import kotlinx.serialization.json.JsonArrayBuilder
import kotlinx.serialization.json.JsonNull
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonObjectBuilder
import kotlinx.serialization.json.addJsonObject
import kotlinx.serialization.json.buildJsonObject
import kotlinx.serialization.json.put
import kotlinx.serialization.json.putJsonArray
import kotlinx.serialization.json.putJsonObject

/**
 * The message that answers [request], in the forms of Anthropic's Messages API. Without a [text],
 * it greets in the model's name, as often as it takes to fill [contentEvents] events.
 */
internal class Message(
  private val request: RecordedRequest,
  text: String?,
  private val contentEvents: Int,
) {
  private val model = request.model ?: "no model"
  private val text = text ?: greeting()

  fun body(): String =
    message(stopReason = "end_turn", outputTokens = tokens(text)) {
        addJsonObject {
          put("type", "text")
          put("text", text)
        }
      }
      .toString()

  fun events(): List<ServerSentEvent> =
    listOf(start(), blockStart(), event("ping") {}) +
      pieces().map(::delta) +
      listOf(blockStop(), messageDelta(), event("message_stop") {})

  private fun start() =
    event("message_start") { put("message", message(stopReason = null, outputTokens = 1) {}) }

  private fun blockStart() =
    event("content_block_start") {
      put("index", 0)
      putJsonObject("content_block") {
        put("type", "text")
        put("text", "")
      }
    }

  private fun delta(piece: String) =
    event("content_block_delta") {
      put("index", 0)
      putJsonObject("delta") {
        put("type", "text_delta")
        put("text", piece)
      }
    }

  private fun blockStop() = event("content_block_stop") { put("index", 0) }

  private fun messageDelta() =
    event("message_delta") {
      putJsonObject("delta") {
        put("stop_reason", "end_turn")
        put("stop_sequence", JsonNull)
      }
      putJsonObject("usage") { put("output_tokens", tokens(text)) }
    }

  private fun message(
    stopReason: String?,
    outputTokens: Int,
    content: JsonArrayBuilder.() -> Unit,
  ): JsonObject = buildJsonObject {
    put("id", "msg_scripted_${request.number}")
    put("type", "message")
    put("role", "assistant")
    put("model", model)
    putJsonArray("content", content)
    put("stop_reason", stopReason)
    put("stop_sequence", JsonNull)
    putJsonObject("usage") {
      put("input_tokens", tokens(request.body))
      put("output_tokens", outputTokens)
    }
  }

  private fun event(name: String, fields: JsonObjectBuilder.() -> Unit): ServerSentEvent {
    val data = buildJsonObject {
      put("type", name)
      fields()
    }
    return ServerSentEvent(name, data.toString())
  }

  /** Divided between code points: half a surrogate pair has no form in UTF-8. */
  private fun pieces(): List<String> {
    val length = text.codePointCount(0, text.length)
    val count = minOf(contentEvents, length)
    val bounds =
      (0..count).map {
        text.offsetByCodePoints(0, (it.toLong() * length / maxOf(count, 1)).toInt())
      }
    return bounds.zipWithNext(text::substring)
  }

  private fun greeting(): String {
    val once = "Hello from $model"
    return List(contentEvents / once.length + 1) { once }.joinToString(" ")
  }

  /** A plausible number: about four characters make a token. */
  private fun tokens(text: String) = text.length / 4 + 1
}
