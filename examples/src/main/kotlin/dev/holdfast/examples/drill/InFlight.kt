package dev.holdfast.examples.drill

import kotlin.time.Duration

/** How many calls were under way from [at] on. */
internal data class InFlight(val at: Duration, val calls: Int)

/** The number of calls under way, at each moment when it changed. */
internal fun inFlight(calls: List<CallRecord>): List<InFlight> {
  val changes = sortedMapOf<Duration, Int>()
  for (call in calls) {
    changes.merge(call.started, 1, Int::plus)
    changes.merge(call.ended, -1, Int::plus)
  }
  var current = 0
  return changes.map { (at, change) ->
    current += change
    InFlight(at, current)
  }
}

internal fun List<InFlight>.most(): Int = maxOfOrNull { it.calls } ?: 0
