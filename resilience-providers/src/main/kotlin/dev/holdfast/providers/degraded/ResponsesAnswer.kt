package dev.holdfast.providers.degraded

import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonObjectBuilder
import kotlinx.serialization.json.add
import kotlinx.serialization.json.buildJsonObject
import kotlinx.serialization.json.put
import kotlinx.serialization.json.putJsonArray
import kotlinx.serialization.json.putJsonObject

/** A text as an answer of OpenAI's Responses API. */
internal class ResponsesAnswer(private val text: String) {

  private val complete = item("completed", part(text))

  fun json(): JsonObject = response("completed", complete)

  fun events(): String = buildString {
    var number = 0
    fun next(type: String, fields: JsonObjectBuilder.() -> Unit) {
      event(type) {
        put("sequence_number", number++)
        fields()
      }
    }
    fun nextOfPart(type: String, fields: JsonObjectBuilder.() -> Unit) {
      next(type) {
        put("item_id", DEGRADED)
        put("output_index", 0)
        put("content_index", 0)
        fields()
      }
    }
    fun nextOfText(type: String, field: String) {
      nextOfPart(type) {
        put(field, text)
        putJsonArray("logprobs") {}
      }
    }
    fun nextOfItem(type: String, item: JsonObject) {
      next(type) {
        put("output_index", 0)
        put("item", item)
      }
    }
    next("response.created") { put("response", response("in_progress", null)) }
    next("response.in_progress") { put("response", response("in_progress", null)) }
    nextOfItem("response.output_item.added", item("in_progress", null))
    nextOfPart("response.content_part.added") { put("part", part("")) }
    nextOfText("response.output_text.delta", "delta")
    nextOfText("response.output_text.done", "text")
    nextOfPart("response.content_part.done") { put("part", part(text)) }
    nextOfItem("response.output_item.done", complete)
    next("response.completed") { put("response", json()) }
  }

  private fun response(status: String, item: JsonObject?): JsonObject = buildJsonObject {
    put("id", DEGRADED)
    put("object", "response")
    put("created_at", 0)
    put("status", status)
    for (field in listOf("error", "incomplete_details", "instructions")) put(field, null as String?)
    put("model", DEGRADED)
    putJsonArray("output") { if (item != null) add(item) }
    put("parallel_tool_calls", true)
    put("temperature", null as String?)
    put("tool_choice", "auto")
    putJsonArray("tools") {}
    put("top_p", null as String?)
    putJsonObject("metadata") {}
    if (item == null) put("usage", null as String?) else putJsonObject("usage") { noTokens() }
  }

  private fun JsonObjectBuilder.noTokens() {
    put("input_tokens", 0)
    putJsonObject("input_tokens_details") {
      put("cached_tokens", 0)
      put("cache_write_tokens", 0)
    }
    put("output_tokens", 0)
    putJsonObject("output_tokens_details") { put("reasoning_tokens", 0) }
    put("total_tokens", 0)
  }

  private fun item(status: String, part: JsonObject?): JsonObject = buildJsonObject {
    put("id", DEGRADED)
    put("type", "message")
    put("status", status)
    put("role", "assistant")
    putJsonArray("content") { if (part != null) add(part) }
  }

  private fun part(text: String): JsonObject = buildJsonObject {
    put("type", "output_text")
    put("text", text)
    putJsonArray("annotations") {}
    putJsonArray("logprobs") {}
  }
}
