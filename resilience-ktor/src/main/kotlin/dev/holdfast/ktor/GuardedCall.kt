package dev.holdfast.ktor

import dev.holdfast.Resilience
import dev.holdfast.plan.CallFailure
import io.ktor.client.call.HttpClientCall
import io.ktor.client.request.HttpRequestBuilder
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

  suspend fun make(resilience: Resilience): HttpClientCall = whileWanted {
    val degradedCall = guard.degradedCall(request, asked)
    val plan = resilience.plan<HttpClientCall>(guard.classifier, degradedCall != null)
    CallDriver(plan, Attempts(guard, request, asked, plan, proceed), degradedCall).carryOut()
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
