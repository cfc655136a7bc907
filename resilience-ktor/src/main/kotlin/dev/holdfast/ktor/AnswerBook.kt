package dev.holdfast.ktor

import dev.holdfast.Resilience
import dev.holdfast.answers.Answers
import dev.holdfast.answers.Inquiry
import dev.holdfast.answers.Question
import dev.holdfast.answers.Reply
import dev.holdfast.coroutines.askSuspend
import dev.holdfast.coroutines.currentDeadline
import io.ktor.client.HttpClient
import io.ktor.client.call.HttpClientCall
import io.ktor.client.request.HttpRequestBuilder
import io.ktor.http.HttpHeaders
import io.ktor.http.HttpStatusCode
import io.ktor.http.headers
import io.ktor.util.toMap
import java.util.function.Supplier
import kotlinx.coroutines.cancel
import kotlinx.coroutines.future.await

/** Makes the calls whose answers are kept or shared. */
internal class AnswerBook(
  private val client: HttpClient,
  private val answers: Answers<KeptResponse>,
  val questions: Questions,
) {

  /**
   * The call with the answer to [question].
   *
   * @param upstream makes the call of a request that it is handed, or ends it by the given answer
   */
  suspend fun call(
    question: Question,
    request: HttpRequestBuilder,
    resilience: Resilience,
    upstream: suspend (HttpRequestBuilder, Resilience, DegradedCall) -> HttpClientCall,
  ): HttpClientCall {
    val deadline = currentDeadline(resilience.time())
    val inquiry = answers.through(resilience).inquire(question, deadline)
    val reply =
      inquiry.askSuspend {
        // Those who share the call have nothing to do with the request of who asked first.
        val own = if (inquiry.isShared) request.forAll() else request
        val by = if (inquiry.isShared) resilience else resilience.within(deadline)
        try {
          inquiry.replyOf(upstream(own, by) { inquiry.degraded(it).await()?.toCall(own) })
        } finally {
          if (own !== request) own.completeContext()
        }
      }
    return reply.toCall(request)
  }

  private suspend fun Inquiry<KeptResponse>.replyOf(call: HttpClientCall): Reply<KeptResponse> {
    val record = checkNotNull(call.resilience)
    val response = call.response
    val kept =
      KeptResponse(
        response.status.value,
        response.headers.toMap().filterKeys { it.lowercase() !in OF_ONE_TRANSMISSION },
        response.wholeBytes(),
      )
    call.cancel()
    return reply(kept, record)
  }

  private suspend fun Reply<KeptResponse>.toCall(request: HttpRequestBuilder): HttpClientCall {
    val kept = value()
    val headers = headers {
      kept.headers.forEach { (name, values) -> appendAll(name, values) }
      set(HttpHeaders.ContentLength, kept.body.size.toString())
      if (!age().isZero) set(HttpHeaders.Age, age().toSeconds().toString())
      if (this@toCall is Reply.Degraded) {
        set(DEGRADED_HEADER, reason().last().failureClass().name)
      }
    }
    val status = HttpStatusCode.fromValue(kept.status)
    return client.syntheticCall(request, status, headers, kept.body).also { call ->
      record()?.let { record -> call.attributes.put(CALL_RECORD, Supplier { record }) }
    }
  }

  private companion object {
    val OF_ONE_TRANSMISSION =
      setOf("content-length", "transfer-encoding", "connection", "set-cookie")
  }
}
