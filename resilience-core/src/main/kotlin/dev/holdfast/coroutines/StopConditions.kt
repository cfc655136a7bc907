@file:JvmName("StopConditions")

package dev.holdfast.coroutines

import dev.holdfast.stop.AgentProgress
import dev.holdfast.stop.StopCondition
import dev.holdfast.stop.StopReason

/**
 * Makes one [step] after the other until [condition] says stop, and tells why it did. The condition
 * is asked before each step, the first included. A step gets the progress so far and returns the
 * tokens that it used; a loop that has its answer leaves by a non-local `return`:
 * ```
 * suspend fun answer(): Answer {
 *   val reason = untilStopped(anyOf(maxSteps(20), tokenBudget(200_000))) { progress ->
 *     val turn = agent.turn()
 *     if (turn.answer != null) return turn.answer
 *     turn.tokens
 *   }
 *   return Answer.givenUp(reason.describe())
 * }
 * ```
 *
 * Inline, so [step] may suspend where the caller may. What a step throws ends the loop.
 */
public inline fun untilStopped(
  condition: StopCondition,
  step: (progress: AgentProgress) -> Long,
): StopReason {
  var progress = AgentProgress.start()
  while (true) {
    condition.check(progress)?.let {
      return it
    }
    progress = progress.afterStep(step(progress))
  }
}
