@file:JvmName("PlanSteps")

package dev.holdfast.coroutines

import dev.holdfast.outcome.CallRejectedException
import dev.holdfast.plan.CallFailure
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
 * Carries out [step], for a driver of another kind than [drive]: gives what [degraded] answers, and
 * tells the plan if it fails or if its caller is cancelled.
 */
public suspend fun <T, A> CallPlan<T>.degrade(
  step: Step.Degrade<T>,
  degraded: suspend (CallFailure) -> A,
): A =
  try {
    degraded(step.failure)
  } catch (thrown: Throwable) {
    if (currentCoroutineContext().isActive) degradedFailed(thrown) else cancelled()
    throw thrown
  }
