package dev.holdfast.providers.request

import kotlinx.serialization.json.Json
import kotlinx.serialization.json.JsonArray
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive

/** What a request says to the model, as one text. */
internal object PromptText {
  private val instructions =
    listOf("system", "instructions", "systemInstruction", "system_instruction")

  /** The messages of Messages, Chat and Converse; of Gemini; of Responses. */
  private val messages = listOf("messages", "contents", "input")

  /** Where the parts of a message, of a result of a tool, or of Converse's and Responses' are. */
  private val parts = listOf("content", "parts", "toolResult", "output")

  fun of(json: String): String? {
    if (!StrictScanner(json).scan()) return null
    val request = Json.parseToJsonElement(json) as? JsonObject ?: return null
    val turns = turns(request) ?: return null
    val texts = ArrayList<String>()
    for (name in instructions) collect(request[name], texts)
    collect(turns, texts)
    return texts.joinToString("\n")
  }

  /** The input of Responses may be a text alone. */
  private fun turns(request: JsonObject): JsonElement? =
    messages.firstNotNullOfOrNull { request.list(it) }
      ?: (request["input"] as? JsonPrimitive)?.takeIf { it.isString }

  private fun collect(value: JsonElement?, texts: MutableList<String>) {
    when (value) {
      is JsonPrimitive -> if (value.isString) texts += value.content
      is JsonArray -> value.forEach { collect(it, texts) }
      is JsonObject -> {
        val text = value.text("text")
        if (text != null) texts += text else for (name in parts) collect(value[name], texts)
      }
      null -> Unit
    }
  }
}
