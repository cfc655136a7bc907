package dev.holdfast.providers.degraded

import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.addJsonObject
import kotlinx.serialization.json.buildJsonObject
import kotlinx.serialization.json.put
import kotlinx.serialization.json.putJsonArray
import kotlinx.serialization.json.putJsonObject

/** A text as an answer of Gemini. Its streams are of the same answers, here of one. */
internal class GeminiAnswer(private val text: String) {

  fun json(): JsonObject = buildJsonObject {
    putJsonArray("candidates") {
      addJsonObject {
        putJsonObject("content") {
          putJsonArray("parts") { addJsonObject { put("text", text) } }
          put("role", "model")
        }
        put("finishReason", "STOP")
        put("index", 0)
      }
    }
    putJsonObject("usageMetadata") {
      put("promptTokenCount", 0)
      put("candidatesTokenCount", 0)
      put("totalTokenCount", 0)
    }
    put("modelVersion", DEGRADED)
    put("responseId", DEGRADED)
  }

  fun events(): String = buildString { data(json()) }
}
