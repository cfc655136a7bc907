@file:JvmName("SuspendingResilience")

package dev.holdfast.coroutines

import dev.holdfast.Resilience
import dev.holdfast.plan.Attempt
import dev.holdfast.plan.CallFailure
import dev.holdfast.plan.CallPlan
import dev.holdfast.plan.Step
import kotlin.time.toKotlinDuration
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.delay
import kotlinx.coroutines.ensureActive
import kotlinx.coroutines.isActive
import kotlinx.coroutines.withTimeoutOrNull

/**
 * Makes a suspending call: asks the models of the chain in turn until one answers. [block] is
 * called once for each attempt, so it must be repeatable.
 *
 * An attempt that takes longer than its timeout is cancelled and counts as a failure of its model.
 * If the caller is cancelled, so is the attempt under way or the wait, and the call says nothing
 * about the model. Only then a `CancellationException` leaves the call: one that an attempt throws
 * while the caller is active, as a `withTimeout` of its own does, is a failure of the attempt, and
 * as the last one the cause of an
 * [AttemptTimeoutException][dev.holdfast.outcome.AttemptTimeoutException].
 *
 * A deadline that [withDeadline] has set around this call bounds it as well.
 *
 * @param degraded gives the answer when the chain is exhausted; what it throws ends the call.
 *   Without it the last failure is thrown, with the earlier ones as suppressed exceptions.
 * @throws dev.holdfast.outcome.CallRejectedException if no model could be asked
 * @throws dev.holdfast.outcome.AttemptTimeoutException if the last attempt took too long, or was
 *   cancelled while the caller was not
 */
public suspend fun <T> Resilience.callSuspend(
  degraded: (suspend (CallFailure) -> T)? = null,
  block: suspend (Attempt) -> T,
): T = within(currentDeadline(time())).plan<T>(degraded != null).drive(this, degraded, block)

/**
 * Carries out the steps of this plan, and closes it. [callSuspend] is this with the classifier of
 * the [Resilience].
 */
public suspend fun <T> CallPlan<T>.drive(
  degraded: (suspend (CallFailure) -> T)? = null,
  block: suspend (Attempt) -> T,
): T = use { it.carryOut(degraded, AttemptMark(null), block) }

/**
 * As the function of the same name without [resilience], whose plan this is: if it is carried out
 * inside an attempt of another call, the warnings of [resilience] say so.
 */
public suspend fun <T> CallPlan<T>.drive(
  resilience: Resilience,
  degraded: (suspend (CallFailure) -> T)? = null,
  block: suspend (Attempt) -> T,
): T {
  AttemptMark.noticeCall(currentCoroutineContext(), resilience)
  return use { it.carryOut(degraded, AttemptMark(resilience), block) }
}

/**
 * Says that a call begins which carries out a plan of this by itself, without [drive]: if that is
 * inside an attempt of another call, the warnings say so.
 */
public suspend fun Resilience.noticeStackedRetries() {
  AttemptMark.noticeCall(currentCoroutineContext(), this)
}

/**
 * Runs [block] as the inside of one attempt of a call that carries out a plan of this by itself,
 * without [drive]: what tries again in there is noticed, and the warnings say so. The attempt's
 * timeout and what it comes to stay with the caller.
 */
public suspend fun <T> Resilience.asAttempt(block: suspend () -> T): T =
  AttemptMark(this).around(block)

private suspend fun <T> CallPlan<T>.carryOut(
  degraded: (suspend (CallFailure) -> T)?,
  mark: AttemptMark,
  block: suspend (Attempt) -> T,
): T =
  try {
    carryOutSteps(degraded, mark, block)
  } catch (thrown: Throwable) {
    throw endedBy(thrown)
  }

private suspend fun <T> CallPlan<T>.carryOutSteps(
  degraded: (suspend (CallFailure) -> T)?,
  mark: AttemptMark,
  block: suspend (Attempt) -> T,
): T {
  var step = next()
  while (true) {
    step =
      when (step) {
        is Step.Call -> attempt(step.attempt, mark, block)
        is Step.Enter -> enter(step)
        is Step.Pause -> {
          delay(step.duration.toKotlinDuration())
          next()
        }
        is Step.Degrade -> return checkNotNull(degraded)(step.failure)
        is Step.Return -> return step.value
        is Step.Throw -> throw step.failure
      }
  }
}

private suspend fun <T> CallPlan<T>.attempt(
  attempt: Attempt,
  mark: AttemptMark,
  block: suspend (Attempt) -> T,
): Step<T> {
  val answer =
    try {
      withTimeoutOrNull(attempt.timeout.toKotlinDuration()) {
        try {
          mark.around { Answer(block(attempt)) }
        } catch (thrown: Throwable) {
          // However it fails after its time is over, it has timed out.
          if (isActive) throw thrown else null
        }
      }
    } catch (thrown: Throwable) {
      if (!currentCoroutineContext().isActive) throw thrown
      return threw(thrown)
    }
  if (answer != null) return returned(answer.value)
  currentCoroutineContext().ensureActive()
  return timedOut()
}

/** Tells an answer of null from no answer. */
private class Answer<T>(val value: T)
