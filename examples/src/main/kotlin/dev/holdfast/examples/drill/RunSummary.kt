package dev.holdfast.examples.drill

import kotlin.time.Duration

/** What one run comes to. Durations are in scenario time, unless it is said. */
internal data class RunSummary(
  val answers: Map<Answer, Int>,
  /** The calls that were answered, but later than the bare client's timeout. */
  val late: Int,
  val p50: Duration,
  val p99: Duration,
  val maxInFlight: Int,
  /** As [maxInFlight], but before the first outage. */
  val healthyInFlight: Int,
  val upstreamCalls: Int,
  /** The requests that reached a model while it was down. */
  val wasted: Map<String, WastedCalls>,
  /** From the primary's recovery to its first answer; null if there was none. */
  val recovery: Duration?,
  /** The median of what one refusal by a breaker costs, in real time; null if there was none. */
  val rejection: Duration?,
  /**
   * The median of the real time of calls for which no model was asked: the refusals by all
   * breakers, the degraded answer, and the client around them. Null if there was no such call.
   */
  val rejectedCall: Duration?,
) {
  val wastedCalls: Int
    get() = wasted.values.sumOf { it.count }

  fun count(answer: Answer): Int = answers.getValue(answer)

  companion object {
    fun of(run: RunRecord, scenario: Scenario, scale: TimeScale): RunSummary {
      val latencies = run.calls.map { it.latency }
      val inFlight = inFlight(run.calls)
      return RunSummary(
        answers = Answer.entries.associateWith { kind -> run.calls.count { it.answer == kind } },
        late = run.calls.count { it.isAnswered && it.latency > PATIENCE },
        p50 = latencies.percentile(0.5) ?: Duration.ZERO,
        p99 = latencies.percentile(0.99) ?: Duration.ZERO,
        maxInFlight = inFlight.most(),
        healthyInFlight = inFlight.filter { it.at < scenario.healthyStart }.most(),
        upstreamCalls = run.arrivals.size,
        wasted = scenario.models.associate { it.name to WastedCalls.of(run, it, scale) },
        recovery = recovery(run, scenario.primary),
        rejection = run.rejections.percentile(0.5),
        rejectedCall = rejectedCall(run, scale),
      )
    }

    private fun recovery(run: RunRecord, primary: ModelScenario): Duration? {
      val back = primary.recovery ?: return null
      val answered = run.calls.filter { it.answer == Answer.PRIMARY && it.ended >= back }
      return answered.minOfOrNull { it.ended - back }
    }

    private fun rejectedCall(run: RunRecord, scale: TimeScale): Duration? {
      val attempted = run.attempts.mapTo(mutableSetOf()) { it.call }
      return run.calls
        .filter { it.answer == Answer.DEGRADED && it.number !in attempted }
        .map { scale.real(it.ended - it.started) }
        .percentile(0.5)
    }
  }
}
