package dev.holdfast.providers

import kotlinx.serialization.KSerializer
import kotlinx.serialization.SerializationException
import kotlinx.serialization.json.Json
import kotlinx.serialization.json.JsonNull
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive
import kotlinx.serialization.json.booleanOrNull
import kotlinx.serialization.json.doubleOrNull
import kotlinx.serialization.json.jsonObject

/**
 * The body of a request to a provider that names its model in the field `model` of a JSON object:
 * Anthropic, OpenAI, OpenRouter, Mistral and the providers that are compatible with them.
 * Immutable.
 *
 * @property model the model that is asked for; null if the body names none, or one that is blank,
 *   longer than 200 characters or holds control characters
 * @property streams whether the answer is asked for as a stream of events
 */
public class JsonRequest
private constructor(
  private val text: String,
  public val model: String?,
  public val streams: Boolean,
) {

  /** The body with another model; everything else is as it was, numbers to the last digit. */
  public fun withModel(name: String): String {
    if (name == model) return text
    val fields = Json.parseToJsonElement(text).jsonObject
    return JsonObject(fields + (MODEL to JsonPrimitive(name))).toString()
  }

  /** Tells neither the prompt nor anything else of the body but its model. */
  override fun toString(): String = "JsonRequest[model=$model, streams=$streams]"

  public companion object {
    private val reader: KSerializer<RequestFields> = RequestFields.Reader
    private val json = Json { ignoreUnknownKeys = true }

    /**
     * Reads a body; null if it is no JSON. Never throws. A value that is no object names no model.
     */
    @JvmStatic
    public fun parse(text: String): JsonRequest? {
      val fields =
        try {
          json.decodeFromString(reader, text)
        } catch (unreadable: SerializationException) {
          return if (isJson(text)) JsonRequest(text, null, false) else null
        }
      val model = (fields.model as? JsonPrimitive)?.takeIf { it.isString }?.content
      val streams = (fields.stream as? JsonPrimitive)?.booleanOrNull == true
      return JsonRequest(text, model?.takeIf(::isName), streams)
    }

    /** Names are shown in logs and messages, and come from outside. */
    private fun isName(text: String): Boolean =
      text.isNotBlank() && text.length <= LONGEST_NAME && text.none { it.isISOControl() }

    private fun isJson(text: String): Boolean =
      try {
        val value = json.parseToJsonElement(text)
        value !is JsonPrimitive || value.isString || value.booleanOrNull != null || isNumber(value)
      } catch (unreadable: SerializationException) {
        false
      }

    private fun isNumber(value: JsonPrimitive): Boolean =
      value is JsonNull || value.doubleOrNull != null

    private const val LONGEST_NAME = 200
  }
}

internal const val MODEL = "model"
