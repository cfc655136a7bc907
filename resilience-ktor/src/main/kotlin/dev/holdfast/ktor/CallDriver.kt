package dev.holdfast.ktor

import dev.holdfast.bulkhead.Bulkhead
import dev.holdfast.bulkhead.Slot
import dev.holdfast.outcome.CallRejectedException
import dev.holdfast.plan.CallFailure
import dev.holdfast.plan.CallPlan
import dev.holdfast.plan.Step
import dev.holdfast.time.Deadline
import io.ktor.client.call.HttpClientCall
import kotlin.coroutines.resumeWithException
import kotlin.time.toKotlinDuration
import kotlinx.coroutines.cancel
import kotlinx.coroutines.delay
import kotlinx.coroutines.suspendCancellableCoroutine

/**
 * Carries out the steps of one call, in the coroutine of its caller. If the answer is a stream, the
 * plan goes on with it after the call has been returned.
 */
internal class CallDriver(
  private val plan: CallPlan<HttpClientCall>,
  private val attempts: Attempts,
  private val degraded: DegradedCall?,
) {

  suspend fun carryOut(): HttpClientCall {
    var isHandedOver = false
    try {
      val arrival = lastArrival()
      isHandedOver = arrival is Arrival.Streaming
      return arrival.call
    } catch (thrown: Throwable) {
      attempts.lastAnswered?.cancel()
      thrown.spreadRecord()
      throw thrown
    } finally {
      if (!isHandedOver) plan.close()
    }
  }

  private suspend fun lastArrival(): Arrival.OfCall {
    var step = plan.next()
    while (true) {
      step =
        when (step) {
          is Step.Call ->
            when (val arrival = attempts.make(step.attempt)) {
              is Arrival.Next -> arrival.step
              is Arrival.OfCall -> return arrival
            }
          is Step.Enter -> enter(step)
          is Step.Pause -> {
            delay(step.duration.toKotlinDuration())
            plan.next()
          }
          is Step.Degrade -> return whole(degrade(step.failure))
          is Step.Return -> return whole(step.value)
          is Step.Throw -> throw step.failure
        }
    }
  }

  private fun whole(call: HttpClientCall): Arrival.OfCall {
    // Ktor frees the connection of a call that another one follows, but a degraded one is none.
    if (call !== attempts.lastAnswered) attempts.lastAnswered?.cancel()
    call.attributes.put(CALL_RECORD, plan.record())
    return Arrival.Whole(call)
  }

  private suspend fun enter(step: Step.Enter<HttpClientCall>): Step<HttpClientCall> {
    val slot =
      try {
        awaitSlot(step.bulkhead, step.deadline)
      } catch (refused: CallRejectedException) {
        return plan.refused(refused)
      }
    return plan.entered(slot)
  }

  /** A caller who is cancelled in the moment in which it is handed a slot passes it on. */
  private suspend fun awaitSlot(bulkhead: Bulkhead, deadline: Deadline): Slot {
    val turn = bulkhead.acquireAsync(deadline)
    return suspendCancellableCoroutine { caller ->
      turn.whenComplete { slot, refused ->
        if (refused == null) caller.resume(slot) { _, unwanted, _ -> unwanted.close() }
        else caller.resumeWithException(refused)
      }
      caller.invokeOnCancellation { turn.cancel(false) }
    }
  }

  private suspend fun degrade(failure: CallFailure): HttpClientCall =
    try {
      checkNotNull(degraded)(failure)
    } catch (thrown: Throwable) {
      plan.degradedFailed()
      throw thrown
    }
}
