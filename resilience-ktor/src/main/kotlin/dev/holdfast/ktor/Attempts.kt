package dev.holdfast.ktor

import dev.holdfast.outcome.Failure
import dev.holdfast.plan.Attempt
import dev.holdfast.plan.CallPlan
import io.ktor.client.call.HttpClientCall
import io.ktor.client.request.HttpRequestBuilder
import kotlin.time.toKotlinDuration
import kotlinx.coroutines.cancel
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.isActive
import kotlinx.coroutines.withTimeoutOrNull

/** Makes the attempts of one call, and reports to its plan what they come to. */
internal class Attempts(
  private val guard: CallGuard,
  private val request: HttpRequestBuilder,
  private val asked: LlmRequest,
  private val plan: CallPlan<HttpClientCall>,
  private val proceed: Proceed,
) {

  private val requests = AttemptRequest(guard.settings, asked, plan.requested())
  private val isTimedToContent = request.isStreamed && (asked.form.isStream || request.isSession)

  /** The last call that was answered as a whole. */
  var lastAnswered: HttpClientCall? = null
    private set

  suspend fun make(attempt: Attempt): Arrival {
    val limit = if (isTimedToContent) plan.stream().awaitingItem() else attempt.timeout
    var arrival: Arrival? = null
    try {
      withTimeoutOrNull(limit.toKotlinDuration()) { arrival = arrive(attempt) }
    } catch (thrown: Throwable) {
      if (!currentCoroutineContext().isActive) throw thrown
      return Arrival.Next(plan.threw(thrown))
    }
    return arrival
      ?: Arrival.Next(if (isTimedToContent) plan.stream().stalled() else plan.timedOut())
  }

  /** Nothing suspends after a report to the plan, so a timeout does not come after it. */
  private suspend fun arrive(attempt: Attempt): Arrival {
    val sub = request.subRequest(asked.content)
    var call: HttpClientCall? = null
    try {
      sub.liftEngineTimeouts(guard.surroundings.hasInnerTimeout)
      requests.prepare(sub, attempt)
      var session: ObservedChannel? = null
      sub.observeSession(
        { data, headers, body ->
          guard.reception.observe(body, data.url, headers, asked, plan, attempt)
        },
        { session = it },
      )
      call = proceed(sub)
      val received = guard.reception.receive(call, attempt, asked)
      call = received
      val failure = received.attributes.getOrNull(CallClassifier.FAILURE)
      return when {
        session != null -> stream(received, checkNotNull(session))
        failure != null && received.isBrokenStream(asked) -> broken(received, failure)
        failure != null || received.response.isHeld -> whole(received)
        else -> stream(received, attempt)
      }
    } catch (thrown: Throwable) {
      call?.cancel()
      // HttpTimeout and the engines report a timeout by a cancellation that it causes.
      throw thrown.unwrapped()
    } finally {
      sub.completeContext()
    }
  }

  private fun whole(call: HttpClientCall): Arrival {
    lastAnswered = call
    return Arrival.Next(plan.returned(call))
  }

  /** Half a stream is no answer to be returned, not even when there is no better one. */
  private fun broken(call: HttpClientCall, failure: Failure): Arrival {
    call.cancel()
    return Arrival.Next(plan.stream().failed(failure))
  }

  private suspend fun stream(call: HttpClientCall, attempt: Attempt): Arrival {
    val response = call.response
    var channel: ObservedChannel? = null
    val observed =
      call.observed { body ->
        guard.reception
          .observe(body, call.request.url, response.headers, asked, plan, attempt)
          .also { channel = it }
      }
    return stream(observed, checkNotNull(channel))
  }

  private suspend fun stream(call: HttpClientCall, channel: ObservedChannel): Arrival {
    var isOpen = false
    try {
      channel.readAhead()?.let {
        return Arrival.Next(it)
      }
      isOpen = true
    } finally {
      if (!isOpen) {
        channel.abandon()
        call.cancel()
      }
    }
    call.attributes.put(CALL_RECORD, plan.record())
    channel.handOver(StreamLife(call, plan, request, guard.settings.resilience.time()))
    return Arrival.Streaming(call)
  }
}
