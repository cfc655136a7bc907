package dev.holdfast.ktor

import dev.holdfast.Resilience
import dev.holdfast.coroutines.drive
import dev.holdfast.plan.Attempt
import dev.holdfast.plan.CallFailure
import dev.holdfast.plan.CallPlan
import io.ktor.client.call.HttpClientCall
import io.ktor.client.request.HttpRequestBuilder
import io.ktor.client.utils.unwrapCancellationException
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.Job
import kotlinx.coroutines.cancel
import kotlinx.coroutines.coroutineScope

internal typealias Proceed = suspend (HttpRequestBuilder) -> HttpClientCall

/** One call that the plugin makes in place of the one that the client asked for. */
internal class GuardedCall(
  private val guard: CallGuard,
  private val request: HttpRequestBuilder,
  private val asked: LlmRequest,
  private val proceed: Proceed,
) {

  private var lastAnswered: HttpClientCall? = null

  suspend fun make(resilience: Resilience): HttpClientCall = whileWanted {
    val degradedCall = guard.degradedCall(request, asked)
    val plan = resilience.plan<HttpClientCall>(guard.classifier, degradedCall != null)
    try {
      val requests = AttemptRequest(guard.settings, asked, plan.requested())
      val call = plan.drive(degradedCall) { attempt(requests, it) }
      // Ktor frees the connection of a call that another one follows, but a degraded one is none.
      if (call !== lastAnswered) lastAnswered?.cancel()
      call.also { keepRecord(it, plan) }
    } catch (thrown: Throwable) {
      lastAnswered?.cancel()
      thrown.spreadRecord()
      throw thrown
    }
  }

  private suspend fun attempt(requests: AttemptRequest, attempt: Attempt): HttpClientCall {
    val sub = request.subRequest(asked.content)
    var call: HttpClientCall? = null
    try {
      sub.liftEngineTimeouts(guard.surroundings.hasInnerTimeout)
      requests.prepare(sub, attempt)
      call = proceed(sub)
      return guard.reception.receive(call, attempt, asked).also { lastAnswered = it }
    } catch (thrown: Throwable) {
      call?.cancel()
      // HttpTimeout and the engines report a timeout by a cancellation that it causes.
      throw if (thrown is CancellationException) thrown.unwrapCancellationException() else thrown
    } finally {
      sub.completeContext()
    }
  }

  private fun keepRecord(call: HttpClientCall, plan: CallPlan<HttpClientCall>) {
    call.attributes.put(CALL_RECORD, plan.record())
  }

  /**
   * Cancels [block] when the request is cancelled, as `HttpTimeout` does that is installed before
   * the plugin: its caller has gone, although the coroutine that asks is still alive.
   */
  private suspend fun <T> whileWanted(block: suspend () -> T): T = coroutineScope {
    val watch = Job(request.executionContext)
    watch.invokeOnCompletion { cause ->
      if (cause != null) {
        cancel(cause as? CancellationException ?: CancellationException(cause.message, cause))
      }
    }
    try {
      block()
    } finally {
      watch.complete()
    }
  }
}

internal typealias DegradedCall = suspend (CallFailure) -> HttpClientCall
