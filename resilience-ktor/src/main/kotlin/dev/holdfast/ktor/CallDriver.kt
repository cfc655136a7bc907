package dev.holdfast.ktor

import dev.holdfast.coroutines.degrade
import dev.holdfast.coroutines.enter
import dev.holdfast.plan.CallPlan
import dev.holdfast.plan.Step
import io.ktor.client.call.HttpClientCall
import kotlin.time.toKotlinDuration
import kotlinx.coroutines.cancel
import kotlinx.coroutines.delay

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
          is Step.Enter -> plan.enter(step)
          is Step.Pause -> {
            delay(step.duration.toKotlinDuration())
            plan.next()
          }
          is Step.Degrade -> {
            val instead = plan.degrade(step, checkNotNull(degraded))
            if (instead != null) return whole(instead)
            plan.lastWord()
          }
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
}
