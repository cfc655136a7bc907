package dev.holdfast.examples.drill

import dev.holdfast.breaker.CircuitBreaker.State
import java.util.Locale
import kotlin.time.Duration
import kotlin.time.Duration.Companion.milliseconds
import kotlinx.coroutines.delay

private val REFRESH = 100.milliseconds

/** Tells how a run goes until it is cancelled. */
internal suspend fun Console.watch(
  name: String,
  scenario: Scenario,
  clock: ScenarioClock,
  recorder: Recorder,
) {
  val changes = scenario.changes.toMutableList()
  line("")
  line(name)
  while (true) {
    val now = clock.now()
    while (changes.isNotEmpty() && changes.first() <= now) {
      val at = changes.removeFirst()
      line("  ${at.toClock()}  ${weatherAt(scenario, at)}")
    }
    status(progressLine(now, scenario, recorder))
    delay(REFRESH)
  }
}

internal fun weatherAt(scenario: Scenario, time: Duration): String =
  scenario.models.joinToString(", ") {
    val condition =
      when (it.conditionAt(time)) {
        Condition.HEALTHY -> "works"
        Condition.HANGING -> "HANGS"
        Condition.OVERLOADED -> "answers 529"
        Condition.CUTTING -> "CUTS its streams"
        Condition.STALLING -> "STALLS in its streams"
      }
    "${it.name} $condition"
  }

internal fun progressLine(now: Duration, scenario: Scenario, recorder: Recorder): String {
  val answers =
    Answer.entries.joinToString("  ") { kind ->
      "${kind.name.lowercase(Locale.ROOT)} ${recorder.count(kind)}"
    }
  return "  ${now.toClock()} of ${scenario.length.toClock()}  " +
    "in flight %3d  ".format(Locale.ROOT, recorder.inFlight()) +
    answers
}

internal fun TransitionRecord.toLine(): String {
  val why = if (to == State.OPEN) "  (failures in a row: $failures)" else ""
  return "  ${at.toClock()}  breaker $model: $from -> $to$why"
}

/** Minutes, seconds and tenths of the scenario: `1:23.4`. */
internal fun Duration.toClock(): String {
  val tenths = coerceAtLeast(Duration.ZERO).inWholeMilliseconds / 100
  return "%d:%02d.%d".format(Locale.ROOT, tenths / 600, tenths / 10 % 60, tenths % 10)
}
