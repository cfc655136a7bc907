package dev.holdfast.ktor

import dev.holdfast.coroutines.enter
import dev.holdfast.coroutines.noticeStackedRetries
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
  private val kept: DegradedCall?,
) {

  suspend fun carryOut(): HttpClientCall {
    var isHandedOver = false
    try {
      attempts.resilience.noticeStackedRetries()
      var step = plan.next()
      while (true) {
        step =
          when (val now = step) {
            is Step.Call ->
              when (val arrival = attempts.make(now.attempt)) {
                is Arrival.Next -> arrival.step
                is Arrival.Streaming -> {
                  isHandedOver = true
                  return arrival.call
                }
              }
            is Step.Return -> return whole(now.value)
            is Step.Throw -> throw now.failure
            else -> attempts.request.whileWanted { after(now) }
          }
      }
    } catch (thrown: Throwable) {
      attempts.lastAnswered?.cancel()
      val isWanted = attempts.isWanted()
      if (!isWanted) plan.cancelled()
      attempts.request.ensureWanted()
      throw if (isWanted) plan.endsBy(thrown) else thrown
    } finally {
      if (!isHandedOver) plan.close()
    }
  }

  /** The step after one that asks no model. */
  private suspend fun after(step: Step<HttpClientCall>): Step<HttpClientCall> =
    when (step) {
      is Step.Enter -> plan.enter(step)
      is Step.Pause -> {
        delay(step.duration.toKotlinDuration())
        plan.next()
      }
      is Step.Degrade -> {
        val instead = kept?.invoke(step.failure) ?: attempts.degraded(step.failure)
        if (instead != null) Step.Return(instead) else plan.lastWord()
      }
      else -> step
    }

  private fun whole(call: HttpClientCall): HttpClientCall {
    // Ktor frees the connection of a call that another one follows, but a degraded one is none.
    if (call !== attempts.lastAnswered) attempts.lastAnswered?.cancel()
    call.attributes.put(CALL_RECORD, plan.recordLater())
    return call
  }
}
