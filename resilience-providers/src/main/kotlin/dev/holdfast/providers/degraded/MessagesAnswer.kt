package dev.holdfast.providers.degraded

import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonObjectBuilder
import kotlinx.serialization.json.addJsonObject
import kotlinx.serialization.json.buildJsonObject
import kotlinx.serialization.json.put
import kotlinx.serialization.json.putJsonArray
import kotlinx.serialization.json.putJsonObject

/** A text as an answer of Anthropic's Messages API. */
internal class MessagesAnswer(private val text: String) {

  fun json(): JsonObject = message(text)

  fun events(): String = buildString {
    event("message_start") { put("message", message(null)) }
    event("content_block_start") {
      put("index", 0)
      putJsonObject("content_block") { textBlock("") }
    }
    event("content_block_delta") {
      put("index", 0)
      putJsonObject("delta") {
        put("type", "text_delta")
        put("text", text)
      }
    }
    event("content_block_stop") { put("index", 0) }
    event("message_delta") {
      putJsonObject("delta") {
        put("stop_reason", "end_turn")
        put("stop_sequence", null as String?)
      }
      putJsonObject("usage") { put("output_tokens", 0) }
    }
    event("message_stop") {}
  }

  /** A message; without content it is one that has only begun. */
  private fun message(content: String?): JsonObject = buildJsonObject {
    put("id", DEGRADED)
    put("type", "message")
    put("role", "assistant")
    put("model", DEGRADED)
    putJsonArray("content") { if (content != null) addJsonObject { textBlock(content) } }
    put("stop_reason", if (content == null) null else "end_turn")
    put("stop_sequence", null as String?)
    putJsonObject("usage") {
      put("input_tokens", 0)
      put("output_tokens", 0)
    }
  }

  private fun JsonObjectBuilder.textBlock(text: String) {
    put("type", "text")
    put("text", text)
    put("citations", null as String?)
  }
}
