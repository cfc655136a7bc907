package dev.holdfast.examples.drill

import kotlin.time.Duration
import kotlin.time.Duration.Companion.microseconds

/** How many times as many calls as in healthy times may be in flight at worst. */
private const val PILE_UP = 4

/** The most that a refusal may cost; a millisecond is far more than it should. */
private val REJECTION_LIMIT: Duration = 250.microseconds

/** What it means that there are no [violations]. */
internal val KEPT: String =
  "Checked: no call failed, no broken stream was taken for whole, at most $PILE_UP times the healthy number were in flight, no call was " +
    "wasted that a breaker could have spared, and a refusal costs less than $REJECTION_LIMIT."

/** What the run with Holdfast should have shown and did not: a sentence each. */
internal fun violations(scenario: Scenario, holdfast: RunSummary): List<String> = buildList {
  val calls = holdfast.answers.values.sum()
  val planned = scenario.calls.size
  if (calls != planned) add("$planned calls were due, but $calls have ended.")
  val failed = holdfast.count(Answer.FAILED)
  if (failed > 0) add("No call may fail with Holdfast, but $failed of $calls did.")
  val truncated = holdfast.count(Answer.TRUNCATED)
  if (truncated > 0) add("No broken stream may be taken for whole, but $truncated were.")
  val limit = PILE_UP * scenario.healthyInFlight
  if (holdfast.maxInFlight > limit) {
    add(
      "At most $limit calls may be in flight with Holdfast, $PILE_UP times as many as in healthy " +
        "times, but ${holdfast.maxInFlight} were."
    )
  }
  holdfast.wasted.forEach { (model, wasted) -> wasteOf(model, wasted)?.let(::add) }
  rejectionCost(holdfast.rejection)?.let(::add)
}

private fun wasteOf(model: String, wasted: WastedCalls): String? =
  if (wasted.count <= wasted.unavoidable) null
  else
    "${wasted.count} calls went to $model while it was down, but the breaker's threshold " +
      "(${wasted.threshold}), its probes (${wasted.probes}) and the calls in flight when it " +
      "opened (${wasted.inFlightAtOpening}) explain only ${wasted.unavoidable}."

private fun rejectionCost(median: Duration?): String? =
  when {
    median == null -> "No call was rejected with Holdfast, although all models were down."
    median > REJECTION_LIMIT ->
      "A rejected call may cost $REJECTION_LIMIT at most, but the median was $median."
    else -> null
  }
