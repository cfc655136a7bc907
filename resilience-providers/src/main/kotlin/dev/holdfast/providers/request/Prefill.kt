package dev.holdfast.providers.request

import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonObject

/** The beginning of the answer that a request puts into the model's mouth. */
internal object Prefill {

  private val roles = setOf("assistant", "model")
  private val calls = setOf("tool_calls", "function_call")
  private val callParts = setOf("toolUse", "functionCall", "function_call")

  fun drop(body: JsonObject): JsonObject =
    body.changing("messages", ::withoutPrefill).changing("contents", ::withoutPrefill)

  /** A request of nothing but prefill keeps it: one without a message is refused by everyone. */
  private fun withoutPrefill(messages: List<JsonElement>): List<JsonElement> =
    messages.dropLastWhile(::isPrefill).ifEmpty { messages }

  private fun isPrefill(message: JsonElement): Boolean =
    message is JsonObject &&
      message.text("role") in roles &&
      calls.all { message.list(it).isNullOrEmpty() && message[it] !is JsonObject } &&
      (message.list("content") ?: message.list("parts")).orEmpty().none(::isOfTool)

  private fun isOfTool(block: JsonElement): Boolean =
    "tool_" in block.text("type").orEmpty() ||
      block is JsonObject && block.keys.any { it in callParts }
}
