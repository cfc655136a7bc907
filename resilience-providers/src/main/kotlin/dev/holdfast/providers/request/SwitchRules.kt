package dev.holdfast.providers.request

import kotlinx.serialization.json.Json
import kotlinx.serialization.json.JsonObject

/**
 * What makes the request for one model fit for another: some [SwitchRule]s, in the order in which
 * they apply. They are meant for the request as the caller made it, each time; what one model's
 * rules took away is not there for the next one's.
 *
 * A body may lose its white space and the escapes that its texts do not need; numbers keep every
 * digit. A body that no rule changes stays as it is, to the last space.
 *
 * Immutable.
 *
 * @property rules the rules, in their order
 */
public class SwitchRules private constructor(public val rules: List<SwitchRule>) {

  /** These rules, followed by another. */
  public fun and(rule: SwitchRule): SwitchRules = SwitchRules(rules + rule)

  /**
   * The body that the rules make of the original one. A body that is no JSON object, or is nested
   * deeper than 200 levels, stays as it is. Never throws.
   */
  public fun applyTo(body: String): String {
    if (rules.isEmpty() || !StrictScanner(body).scan()) return body
    val original = Json.parseToJsonElement(body) as? JsonObject ?: return body
    val changed = rules.fold(original) { fields, rule -> rule.applyTo(fields) }
    return if (changed == original) body else changed.toString()
  }

  /** The names of the rules. */
  override fun toString(): String = rules.toString()

  public companion object {
    /** No rule. */
    @JvmField public val NONE: SwitchRules = SwitchRules(listOf())

    /**
     * What every other model needs: the reasoning of earlier turns is dropped, because it is bound
     * to the model, provider or account that it came from. Not included is what depends on the
     * model that is asked, or changes what the request means: the prefill, parameters,
     * `previous_response_id`. Gemini's thought signatures stay: how another model takes them is not
     * verified.
     */
    @JvmField
    public val OTHER_MODEL: SwitchRules =
      of(
        SwitchRule.DROP_THINKING,
        SwitchRule.DROP_REASONING_DETAILS,
        SwitchRule.DROP_REASONING_ITEMS,
      )

    /** These rules, in this order. */
    @JvmStatic public fun of(vararg rules: SwitchRule): SwitchRules = SwitchRules(rules.toList())
  }
}
