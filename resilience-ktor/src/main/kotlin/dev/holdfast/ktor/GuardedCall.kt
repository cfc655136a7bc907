package dev.holdfast.ktor

import dev.holdfast.Resilience
import dev.holdfast.answers.Question
import dev.holdfast.coroutines.noticeStackedRetries
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

  /** The call, with its own answer. */
  suspend fun make(resilience: Resilience): HttpClientCall =
    request.whileWanted { request.make(resilience, null) }

  /** The call, with an answer that may be kept or shared. */
  suspend fun make(resilience: Resilience, question: Question, book: AnswerBook): HttpClientCall =
    request.whileWanted {
      book.call(question, request, resilience) { own, by, kept -> own.make(by, kept) }
    }

  private suspend fun HttpRequestBuilder.make(
    resilience: Resilience,
    kept: DegradedCall?,
  ): HttpClientCall {
    val text = guard.degradedCall(this, asked)
    val degraded: DegradedCall? =
      if (kept == null) text else { failure -> kept(failure) ?: text?.invoke(failure) }
    resilience.noticeStackedRetries()
    val plan = resilience.plan<HttpClientCall>(guard.classifier, degraded != null)
    val attempts = Attempts(guard, this, resilience, asked, plan, proceed)
    return CallDriver(plan, attempts, degraded).carryOut()
  }

  /**
   * Cancels [block] when the request is cancelled, as `HttpTimeout` does that is installed before
   * the plugin: its caller has gone, although the coroutine that asks is still alive.
   */
  private suspend fun <T> HttpRequestBuilder.whileWanted(block: suspend () -> T): T =
    coroutineScope {
      val watch = Job(executionContext)
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

/** Makes the call with a degraded answer; null if there is none. */
internal typealias DegradedCall = suspend (CallFailure) -> HttpClientCall?
