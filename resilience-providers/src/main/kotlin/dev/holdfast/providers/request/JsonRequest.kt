package dev.holdfast.providers.request

import kotlinx.serialization.json.JsonArray
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonPrimitive
import kotlinx.serialization.json.booleanOrNull

/**
 * The body of a request to a provider that names its model in the field `model` of a JSON object:
 * Anthropic, OpenAI, Azure OpenAI's v1 surface, OpenRouter, Mistral and the providers that are
 * compatible with them. OpenRouter also takes a list, `models`, which it tries in turn. Immutable.
 *
 * @property model the model that is asked for, which is the first of `models` if there is no field
 *   `model`; null if the body names none, or one that is blank, longer than 200 characters or holds
 *   control characters
 * @property streams whether the field `stream` asks for the answer as a stream
 */
public class JsonRequest
private constructor(
  private val outline: JsonOutline,
  private val models: List<String>,
  public val model: String?,
  public val streams: Boolean,
) {

  /**
   * The body with another model; everything else is as it was, to the last space. A list `models`
   * becomes a list of this model alone, because its others would be asked when this one fails. A
   * body that names no model gets the field, and one that is no JSON object stays as it is.
   *
   * @throws IllegalArgumentException if the name is one that [model] would not tell
   */
  public fun withModel(name: String): String {
    ModelName.require(name)
    if (name == model || !outline.isObject) return outline.text
    val quoted = JsonPrimitive(name).toString()
    if (outline[MODEL] == null && models.isEmpty()) return outline.with("\"$MODEL\":$quoted")
    return outline.replacing {
      when (it) {
        MODEL -> quoted
        MODELS -> if (models.isEmpty()) null else "[$quoted]"
        else -> null
      }
    }
  }

  /** Tells neither the prompt nor anything else of the body but its model. */
  override fun toString(): String = "JsonRequest[model=$model, streams=$streams]"

  public companion object {
    private const val MODEL = "model"
    private const val MODELS = "models"

    /**
     * Reads a body; null if it is no JSON, or nested deeper than 200 levels. Never throws. A value
     * that is no object names no model.
     */
    @JvmStatic public fun parse(text: String): JsonRequest? = JsonOutline.of(text)?.let(::of)

    internal fun of(outline: JsonOutline): JsonRequest {
      val models = (outline[MODELS] as? JsonArray)?.mapNotNull(::textOf).orEmpty()
      val model = outline.string(MODEL) ?: models.firstOrNull()
      val streams = (outline["stream"] as? JsonPrimitive)?.takeIf { !it.isString }?.booleanOrNull
      return JsonRequest(outline, models, model?.takeIf(ModelName::isValid), streams == true)
    }

    private fun textOf(value: JsonElement): String? =
      (value as? JsonPrimitive)?.takeIf { it.isString }?.content
  }
}
