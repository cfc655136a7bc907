package dev.holdfast.providers.failure

import java.util.BitSet

/**
 * One line that says what a response means in which all [conditions] hold.
 *
 * @param statuses for which statuses it is; null if for all
 */
internal class ResponseRule(
  val place: String,
  val meaning: Meaning,
  private val statuses: BitSet?,
  conditions: List<Condition>,
) {
  /* Each answer is held against all rules: an array is gone through without an iterator. */
  private val conditions = conditions.toTypedArray()

  /** Asks for the status first, because most rules are for others. */
  fun holds(evidence: Evidence): Boolean =
    isFor(evidence.status) && conditions.all { it.holds(evidence) }

  private fun isFor(status: Int): Boolean = statuses == null || (status >= 0 && statuses[status])
}
