package dev.holdfast.providers.request

import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonObject

/** The reasoning of earlier turns in the input of OpenAI's Responses API. */
internal object ReasoningItems {

  fun drop(body: JsonObject): JsonObject =
    body.changing("input") { items ->
      val kept = items.filterNot(::isReasoning)
      if (kept.size == items.size) items else kept.map(::withoutId)
    }

  private fun isReasoning(item: JsonElement): Boolean =
    when (item.text("type")) {
      "reasoning" -> true
      "item_reference" -> item.text("id").orEmpty().startsWith("rs_")
      else -> false
    }

  private fun withoutId(item: JsonElement): JsonElement {
    val isTheModels =
      when (item.text("type")) {
        "function_call",
        "custom_tool_call" -> true
        "message" -> item.text("role") == "assistant"
        else -> false
      }
    return if (isTheModels) item.without("id") else item
  }
}
