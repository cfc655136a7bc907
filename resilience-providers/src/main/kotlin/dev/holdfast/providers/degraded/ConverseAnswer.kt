package dev.holdfast.providers.degraded

import java.io.ByteArrayOutputStream
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonObjectBuilder
import kotlinx.serialization.json.addJsonObject
import kotlinx.serialization.json.buildJsonObject
import kotlinx.serialization.json.put
import kotlinx.serialization.json.putJsonArray
import kotlinx.serialization.json.putJsonObject

/** A text as an answer of Bedrock's Converse API. */
internal class ConverseAnswer(private val text: String) {

  fun json(): JsonObject = buildJsonObject {
    putJsonObject("output") {
      putJsonObject("message") {
        put("role", "assistant")
        putJsonArray("content") { addJsonObject { put("text", text) } }
      }
    }
    stop()
    measures()
  }

  fun frames(): ByteArray {
    val frames = ByteArrayOutputStream()
    fun event(type: String, fields: JsonObjectBuilder.() -> Unit) {
      frames.writeBytes(EventFrame.of(type, buildJsonObject(fields).toString()))
    }
    event("messageStart") { put("role", "assistant") }
    event("contentBlockDelta") {
      put("contentBlockIndex", 0)
      putJsonObject("delta") { put("text", text) }
    }
    event("contentBlockStop") { put("contentBlockIndex", 0) }
    event("messageStop") { stop() }
    event("metadata") { measures() }
    return frames.toByteArray()
  }

  private fun JsonObjectBuilder.stop() {
    put("stopReason", "end_turn")
    putJsonObject("additionalModelResponseFields") { put(DEGRADED, true) }
  }

  private fun JsonObjectBuilder.measures() {
    putJsonObject("usage") {
      put("inputTokens", 0)
      put("outputTokens", 0)
      put("totalTokens", 0)
    }
    putJsonObject("metrics") { put("latencyMs", 0) }
  }
}
