package dev.holdfast.examples.drill

import dev.holdfast.breaker.CircuitBreaker.State
import kotlin.time.Duration
import kotlin.time.Duration.Companion.milliseconds

/**
 * The requests that reached one model while it was down, and the parts of what a breaker cannot
 * avoid. The parts are zero for a run without breakers.
 */
internal data class WastedCalls(
  val count: Int,
  /** The failures that it took to open the breaker. */
  val threshold: Int,
  /** How often the breaker let one call through to see whether the model is back. */
  val probes: Int,
  /** The requests that were under way when the breaker opened. */
  val inFlightAtOpening: Int,
) {
  val unavoidable: Int
    get() = threshold + probes + inFlightAtOpening

  companion object {
    /** A call may be admitted right before the breaker opens and be sent right after it. */
    private val ADMISSION_GRACE = 50.milliseconds

    fun of(run: RunRecord, model: ModelScenario): WastedCalls {
      val transitions = run.transitions.filter { it.model == model.name }
      val openings = transitions.filter { it.from == State.CLOSED && it.to == State.OPEN }
      return WastedCalls(
        count =
          run.arrivals.count {
            it.model == model.name && model.conditionAt(it.at) != Condition.HEALTHY
          },
        threshold = openings.sumOf { it.failures },
        probes = transitions.count { it.to == State.HALF_OPEN },
        inFlightAtOpening = openings.sumOf { inFlight(run, model.name, it.at) },
      )
    }

    private fun inFlight(run: RunRecord, model: String, at: Duration): Int =
      run.attempts.count {
        it.model == model && it.started <= at + ADMISSION_GRACE && it.ended > at
      }
  }
}
