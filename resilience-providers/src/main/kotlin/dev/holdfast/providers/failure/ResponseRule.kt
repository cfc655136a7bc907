package dev.holdfast.providers.failure

/** One line that says what a response means in which all [conditions] hold. */
internal class ResponseRule(
  val place: String,
  val meaning: Meaning,
  private val conditions: List<Condition>,
) {
  fun holds(evidence: Evidence): Boolean = conditions.all { it.holds(evidence) }
}
