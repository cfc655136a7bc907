package dev.holdfast.examples.drill

import kotlin.math.roundToInt
import kotlin.time.Duration
import kotlin.time.Duration.Companion.minutes
import kotlin.time.Duration.Companion.seconds

/**
 * What happens in the drill, in scenario time: the load that the application makes, and when each
 * of the two models works.
 */
internal data class Scenario(
  val callsPerMinute: Int,
  val length: Duration,
  val primary: ModelScenario,
  val fallback: ModelScenario,
  val seed: Long = 2026,
) {
  val models: List<ModelScenario> = listOf(primary, fallback)

  /** The calls of the application, evenly spaced: it does not wait for answers before it asks. */
  val calls: List<PlannedCall> = run {
    val interval = 1.minutes / callsPerMinute
    List((length / interval).toInt()) { PlannedCall(it, interval * it, it % STREAMING == 0) }
  }

  /** The most calls that are in flight when each takes as long as the slowest healthy answer. */
  val healthyInFlight: Int =
    (primary.latency.endInclusive / 1.minutes * callsPerMinute).roundToInt()

  /** How long all models work before the first one goes down. */
  val healthyStart: Duration = models.mapNotNull { it.outages.firstOrNull()?.from }.min()

  /** When a model begins to behave in another way; the scenario's start is the first. */
  val changes: List<Duration> =
    (models.flatMap { it.outages }.flatMap { listOf(it.from, it.until) } + Duration.ZERO)
      .distinct()
      .sorted()

  fun model(name: String): ModelScenario? = models.find { it.name == name }

  companion object {
    /**
     * The primary hangs for 90 seconds. The fallback is there for the first half of that, then it
     * drowns in the load that has come over: for 15 seconds it hangs, and after that it has begun
     * to shed load and answers 529 at once. Both are back in the same moment. Later the primary
     * cuts its streams for 10 seconds, and then stalls in them for 10 more.
     */
    val standard: Scenario = run {
      val down = 30.seconds
      val bothDown = 75.seconds
      val shedding = 90.seconds
      val back = 120.seconds
      val cutting = 145.seconds
      val stalling = 155.seconds
      Scenario(
        callsPerMinute = 500,
        length = 180.seconds,
        primary =
          ModelScenario(
            name = "claude-sonnet",
            latency = 2.seconds..4.seconds,
            outages =
              listOf(
                Outage(down, back, Condition.HANGING),
                Outage(cutting, stalling, Condition.CUTTING),
                Outage(stalling, stalling + 10.seconds, Condition.STALLING),
              ),
          ),
        fallback =
          ModelScenario(
            name = "claude-haiku",
            latency = 1.seconds..2.seconds,
            outages =
              listOf(
                Outage(bothDown, shedding, Condition.HANGING),
                Outage(shedding, back, Condition.OVERLOADED),
              ),
          ),
      )
    }
  }
}

/** One call of so many asks for a stream. */
private const val STREAMING = 3

/** One call of the application, when it is due, and whether it asks for a stream. */
internal data class PlannedCall(val number: Int, val at: Duration, val streams: Boolean)
