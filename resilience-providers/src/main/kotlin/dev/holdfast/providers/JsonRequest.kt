package dev.holdfast.providers

import kotlinx.serialization.KSerializer
import kotlinx.serialization.SerializationException
import kotlinx.serialization.json.Json
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive
import kotlinx.serialization.json.booleanOrNull
import kotlinx.serialization.json.jsonObject

/**
 * The body of a request to a provider that names its model in the field `model` of a JSON object:
 * Anthropic, OpenAI, OpenRouter, Mistral and the providers that are compatible with them.
 * Immutable.
 *
 * @property model the model that is asked for; null if the body names none
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

    /** Reads a body; null if it is not one JSON object. Never throws. */
    @JvmStatic
    public fun parse(text: String): JsonRequest? {
      val fields =
        try {
          json.decodeFromString(reader, text)
        } catch (unreadable: SerializationException) {
          return null
        }
      val model = (fields.model as? JsonPrimitive)?.takeIf { it.isString }?.content
      val streams = (fields.stream as? JsonPrimitive)?.booleanOrNull == true
      return JsonRequest(text, model?.takeIf { it.isNotBlank() }, streams)
    }
  }
}

internal const val MODEL = "model"
