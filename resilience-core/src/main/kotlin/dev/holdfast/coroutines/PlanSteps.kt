@file:JvmName("PlanSteps")

package dev.holdfast.coroutines

import dev.holdfast.outcome.CallRejectedException
import dev.holdfast.plan.CallPlan
import dev.holdfast.plan.Step
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.isActive

/**
 * Carries out [step], for a driver of another kind than [drive]: waits for a slot of the bulkhead,
 * and gives the step after it. A caller who is cancelled leaves the queue; one who is handed a slot
 * in that moment passes it on.
 */
public suspend fun <T> CallPlan<T>.enter(step: Step.Enter<T>): Step<T> {
  val slot =
    try {
      awaitSlot(step.bulkhead, step.deadline)
    } catch (refused: CallRejectedException) {
      return refused(refused)
    }
  return entered(slot)
}

/**
 * What a driver throws when [thrown] has come out of its steps, the degraded answer included: if
 * the caller is cancelled, just that. Otherwise the plan is told that the call ends by it, and
 * nothing that looks like a cancellation leaves the call.
 */
internal suspend fun CallPlan<*>.endedBy(thrown: Throwable): Throwable {
  if (currentCoroutineContext().isActive) return endsBy(thrown)
  cancelled()
  return thrown
}
