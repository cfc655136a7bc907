package dev.holdfast.providers.failure

import dev.holdfast.providers.body.Field

/** One condition of a rule for responses. */
internal fun interface Condition {
  fun holds(evidence: Evidence): Boolean

  companion object {
    /** Any of the values of any of the [fields] fits. */
    fun onFields(fields: List<Field>, test: ValueTest): Condition {
      val all = fields.toTypedArray()
      return Condition { evidence -> all.any { field -> test.holdsForAny(evidence.of(field)) } }
    }

    fun onWords(test: ValueTest): Condition = Condition { evidence -> test.holds(evidence.words) }

    fun onHeader(name: String, test: ValueTest): Condition = Condition { evidence ->
      evidence.header.apply(name)?.let { test.holds(it.trim().lowercase()) } == true
    }
  }
}
