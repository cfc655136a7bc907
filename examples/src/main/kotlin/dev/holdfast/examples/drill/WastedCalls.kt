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
  /** The failures in a row that should open the breaker; not those that did. */
  val threshold: Int,
  /** How often the breaker let one call through to see whether the model is back. */
  val probes: Int,
  /** The requests that were under way when the breaker opened. */
  val inFlightAtOpening: Int,
) {
  val unavoidable: Int
    get() = threshold + probes + inFlightAtOpening

  companion object {
    /**
     * In real time, how far the recorded moment of an opening may be off: a call that was admitted
     * right before may be sent right after it, and the breaker opens before its listeners hear.
     */
    private val GRACE = 20.milliseconds

    fun of(run: RunRecord, model: ModelScenario, scale: TimeScale): WastedCalls {
      fun isDown(at: Duration) = model.conditionAt(at).isDown
      val transitions = run.transitions.filter { it.model == model.name && isDown(it.at) }
      val opening = transitions.find { it.from == State.CLOSED && it.to == State.OPEN }
      return WastedCalls(
        count = run.arrivals.count { it.model == model.name && isDown(it.at) },
        threshold = if (opening == null) 0 else FAILURE_THRESHOLD,
        probes = transitions.count { it.to == State.HALF_OPEN },
        inFlightAtOpening = opening?.let { inFlight(run, it, scale.scenario(GRACE)) } ?: 0,
      )
    }

    private fun inFlight(run: RunRecord, opening: TransitionRecord, grace: Duration): Int =
      run.attempts.count {
        it.model == opening.model &&
          it.started <= opening.at + grace &&
          it.ended > opening.at - grace
      }
  }
}
