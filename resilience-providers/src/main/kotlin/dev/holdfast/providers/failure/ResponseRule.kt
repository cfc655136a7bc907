package dev.holdfast.providers.failure

/** One line that says what a response means in which all [conditions] hold. */
internal class ResponseRule(val place: String, val meaning: Meaning, conditions: List<Condition>) {
  /* Each answer is held against all rules: an array is gone through without an iterator. */
  private val conditions = conditions.toTypedArray()

  fun holds(evidence: Evidence): Boolean = conditions.all { it.holds(evidence) }
}
