package dev.holdfast.providers.request

import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonObject

/** The thinking of earlier turns in the messages of Anthropic and of Bedrock's Converse. */
internal object Thinking {

  private val blocks = setOf("thinking", "redacted_thinking")
  private val parameters = setOf("thinking", "reasoning_config")

  fun drop(body: JsonObject): JsonObject {
    val changed = body.changing("messages") { messages -> messages.mapNotNull(::withoutThinking) }
    return if (changed !== body && endsInToolResults(body)) withoutParameters(changed) else changed
  }

  /** Null if nothing is left of the message. */
  private fun withoutThinking(message: JsonElement): JsonElement? {
    if (message !is JsonObject || message.text("role") != "assistant") return message
    val changed = message.changing("content") { content -> content.filterNot(::isThinking) }
    return changed.takeIf { it === message || !it.list("content").isNullOrEmpty() }
  }

  private fun isThinking(block: JsonElement): Boolean =
    block.text("type") in blocks || block is JsonObject && "reasoningContent" in block

  private fun endsInToolResults(body: JsonObject): Boolean =
    body.list("messages")?.lastOrNull()?.list("content").orEmpty().any {
      it.text("type") == "tool_result" || it is JsonObject && "toolResult" in it
    }

  private fun withoutParameters(body: JsonObject): JsonObject {
    val changed = body.without(setOf("thinking"))
    val additional = changed[ADDITIONAL] as? JsonObject ?: return changed
    return JsonObject(changed + (ADDITIONAL to additional.without(parameters)))
  }

  private const val ADDITIONAL = "additionalModelRequestFields"
}
