package dev.holdfast.providers.degraded

import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonObjectBuilder
import kotlinx.serialization.json.addJsonObject
import kotlinx.serialization.json.buildJsonObject
import kotlinx.serialization.json.put
import kotlinx.serialization.json.putJsonArray
import kotlinx.serialization.json.putJsonObject

/** A text as an answer of OpenAI's Chat Completions API. */
internal class ChatAnswer(private val text: String) {

  fun json(): JsonObject = buildJsonObject {
    head("chat.completion")
    choice("message", "stop") { message() }
    putJsonObject("usage") {
      put("prompt_tokens", 0)
      put("completion_tokens", 0)
      put("total_tokens", 0)
    }
  }

  fun events(): String = buildString {
    data(chunk(null) { message() })
    data(chunk("stop") {})
    data("[DONE]")
  }

  private fun chunk(finishReason: String?, delta: JsonObjectBuilder.() -> Unit) = buildJsonObject {
    head("chat.completion.chunk")
    choice("delta", finishReason, delta)
  }

  private fun JsonObjectBuilder.head(type: String) {
    put("id", DEGRADED)
    put("object", type)
    put("created", 0)
    put("model", DEGRADED)
  }

  private fun JsonObjectBuilder.message() {
    put("role", "assistant")
    put("content", text)
    put("refusal", null as String?)
  }

  private fun JsonObjectBuilder.choice(
    part: String,
    finishReason: String?,
    content: JsonObjectBuilder.() -> Unit,
  ) {
    putJsonArray("choices") {
      addJsonObject {
        put("index", 0)
        putJsonObject(part, content)
        put("logprobs", null as String?)
        put("finish_reason", finishReason)
      }
    }
  }
}
