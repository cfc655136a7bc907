package dev.holdfast.ktor

import dev.holdfast.Resilience
import dev.holdfast.answers.Question
import dev.holdfast.plan.CallFailure
import io.ktor.client.call.HttpClientCall
import io.ktor.client.plugins.api.Send
import io.ktor.client.request.HttpRequestBuilder

/** One call that the plugin makes in place of the one that the client asked for. */
internal class GuardedCall(
  private val guard: CallGuard,
  private val request: HttpRequestBuilder,
  private val asked: LlmRequest,
  private val sender: Send.Sender,
) {

  /** The call, with its own answer. */
  suspend fun make(resilience: Resilience): HttpClientCall = request.make(resilience, null)

  /** The call, with an answer that may be kept or shared. */
  suspend fun make(resilience: Resilience, question: Question, book: AnswerBook): HttpClientCall =
    request.whileWanted {
      book.call(question, request, resilience) { own, by, kept -> own.make(by, kept) }
    }

  private suspend fun HttpRequestBuilder.make(
    resilience: Resilience,
    kept: DegradedCall?,
  ): HttpClientCall {
    val isDegradable = kept != null || guard.degrades(asked)
    val plan = resilience.plan<HttpClientCall>(guard.classifier, isDegradable)
    val attempts = Attempts(guard, this, resilience, asked, plan, sender)
    return CallDriver(plan, attempts, kept).carryOut()
  }
}

/** Makes the call with a degraded answer; null if there is none. */
internal typealias DegradedCall = suspend (CallFailure) -> HttpClientCall?
