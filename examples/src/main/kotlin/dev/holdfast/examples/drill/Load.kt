package dev.holdfast.examples.drill

import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.launch

/**
 * Starts each call when it is due, whether or not the earlier ones have returned, and waits for all
 * of them. The users of an application do not stop coming because it is slow.
 */
internal suspend fun makeCalls(
  calls: List<PlannedCall>,
  clock: ScenarioClock,
  call: suspend (PlannedCall) -> Unit,
) = coroutineScope {
  for (planned in calls) {
    clock.delayUntil(planned.at)
    launch { call(planned) }
  }
}
