package dev.holdfast.providers.request

import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive

/**
 * One thing that a request body needs before another model or provider can take it. A rule changes
 * what it names and nothing else; a body that has nothing of it stays as it is. No rule takes away
 * a tool's call or its result. Immutable.
 *
 * @property name the name of the rule, such as `drop-thinking`
 */
public class SwitchRule
private constructor(public val name: String, private val change: (JsonObject) -> JsonObject) {

  internal fun applyTo(body: JsonObject): JsonObject = change(body)

  /** The name. */
  override fun toString(): String = name

  public companion object {
    /**
     * Drops the thinking of earlier turns, which is signed for the model that thought it: the
     * blocks `thinking` and `redacted_thinking` of Anthropic's messages, and `reasoningContent` of
     * Bedrock's Converse. A message that consisted of nothing else goes with them.
     *
     * When the request ends in the results of tools, the parameter that asks for thinking goes as
     * well (`thinking`, and in Converse that of `additionalModelRequestFields`): Anthropic refuses
     * to think on in a turn whose thinking is missing.
     */
    @JvmField public val DROP_THINKING: SwitchRule = SwitchRule("drop-thinking", Thinking::drop)

    /** Drops `reasoning_details` of the messages, which OpenRouter binds to a model's provider. */
    @JvmField
    public val DROP_REASONING_DETAILS: SwitchRule =
      SwitchRule("drop-reasoning-details") { body ->
        body.changing("messages") { messages -> messages.map { it.without("reasoning_details") } }
      }

    /**
     * Drops the reasoning of earlier turns from the `input` of OpenAI's Responses API, encrypted or
     * by reference, which is bound to the account. Where there was any, the calls and messages of
     * the model lose their `id`, because OpenAI misses the reasoning that belongs to it (seen in
     * public reports, not documented); calls and their results still meet by `call_id`.
     */
    @JvmField
    public val DROP_REASONING_ITEMS: SwitchRule =
      SwitchRule("drop-reasoning-items", ReasoningItems::drop)

    /**
     * Drops `previous_response_id`, which another account does not know. The turns that it stood
     * for are lost with it, so the model answers without them: choose this only when the request
     * carries its whole conversation all the same.
     */
    @JvmField
    public val DROP_PREVIOUS_RESPONSE: SwitchRule =
      SwitchRule("drop-previous-response") { it.without(setOf("previous_response_id")) }

    /**
     * Drops the beginning of the answer that the request puts into the model's mouth: last messages
     * of the model itself (`messages`, or Gemini's `contents`), unless they call tools. For models
     * that refuse it.
     */
    @JvmField public val DROP_PREFILL: SwitchRule = SwitchRule("drop-prefill", Prefill::drop)

    /** Renames `max_tokens` to `max_completion_tokens`, which OpenAI's reasoning models demand. */
    @JvmField
    public val USE_MAX_COMPLETION_TOKENS: SwitchRule = rename("max_tokens", "max_completion_tokens")

    /** Renames `max_completion_tokens` to `max_tokens`, which most compatible providers know. */
    @JvmField public val USE_MAX_TOKENS: SwitchRule = rename("max_completion_tokens", "max_tokens")

    /**
     * Renames a parameter, at the place where it is. When the request has one of the new name as
     * well, that one stays and the other goes.
     *
     * @throws IllegalArgumentException if a name is blank
     */
    @JvmStatic
    public fun rename(from: String, to: String): SwitchRule {
      requireName(from)
      requireName(to)
      return SwitchRule("rename $from to $to") { body ->
        when {
          from !in body || from == to -> body
          to in body -> body.without(setOf(from))
          else ->
            JsonObject(body.entries.associate { (if (it.key == from) to else it.key) to it.value })
        }
      }
    }

    /**
     * Drops parameters that the other model does not take.
     *
     * @throws IllegalArgumentException if there is none, or a name is blank
     */
    @JvmStatic
    public fun drop(vararg parameters: String): SwitchRule {
      require(parameters.isNotEmpty()) { "parameters must not be empty" }
      parameters.forEach(::requireName)
      val names = parameters.toSet()
      return SwitchRule("drop ${names.joinToString()}") { it.without(names) }
    }

    /**
     * Sets a parameter, at the place where it is or as the last one.
     *
     * @param value a text, a number or a boolean
     * @throws IllegalArgumentException if the name is blank, the value is of another type, or a
     *   number that JSON cannot tell
     */
    @JvmStatic
    public fun set(parameter: String, value: Any): SwitchRule {
      requireName(parameter)
      val json = primitive(parameter, value)
      return SwitchRule("set $parameter") { JsonObject(it + (parameter to json)) }
    }

    private fun primitive(parameter: String, value: Any): JsonElement =
      when (value) {
        is String -> JsonPrimitive(value)
        is Boolean -> JsonPrimitive(value)
        is Number -> {
          require(StrictScanner(value.toString()).scan()) {
            "parameter '$parameter' must be a finite number"
          }
          JsonPrimitive(value)
        }
        else ->
          throw IllegalArgumentException(
            "parameter '$parameter' must be a text, a number or a boolean, but was a " +
              value.javaClass.name
          )
      }

    private fun requireName(name: String) {
      require(name.isNotBlank()) { "parameter must not be blank, but was '$name'" }
    }
  }
}
