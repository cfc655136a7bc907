package dev.holdfast.ktor

import dev.holdfast.Resilience
import dev.holdfast.outcome.Failure
import dev.holdfast.outcome.FailureClass
import dev.holdfast.plan.Attempt
import dev.holdfast.plan.CallPlan
import dev.holdfast.providers.Provider
import dev.holdfast.providers.WireProtocol
import dev.holdfast.providers.failure.FailureRules
import dev.holdfast.providers.failure.ResponseClassifier
import dev.holdfast.providers.quota.QuotaHeaders
import dev.holdfast.providers.request.AnswerForm
import dev.holdfast.providers.stream.StreamErrorClassifier
import dev.holdfast.providers.stream.StreamGuard
import dev.holdfast.providers.stream.StreamVerdict
import io.ktor.client.call.HttpClientCall
import io.ktor.client.statement.HttpResponse
import io.ktor.http.Headers
import io.ktor.http.HttpHeaders
import io.ktor.http.Url
import io.ktor.http.contentLength
import io.ktor.http.isSuccess
import io.ktor.utils.io.ByteReadChannel

/** Where the answers of all attempts come in: each is judged here, once, and nowhere else. */
internal class Reception(
  private val providers: Providers,
  rules: FailureRules,
  private val resilience: Resilience,
  private val time: EngineTime,
) {

  private val streamErrors = Provider.entries.associateWith { StreamErrorClassifier.of(it, rules) }
  private val classifiers = Provider.entries.associateWith { ResponseClassifier.of(it, rules) }

  /**
   * Takes the answer of an attempt, notes what it says of quotas, and gives on the call for the
   * caller, which may be another: one whose body is in memory, if that is of use only as a whole.
   */
  suspend fun received(
    call: HttpClientCall,
    attempt: Attempt,
    request: LlmRequest,
  ): HttpClientCall {
    val response = call.response
    if (response.isFailure) return call.held()
    // A failure says how long to wait, and that is not until all of a limit is there again.
    readQuota(response, attempt.target)
    return if (response.isHoldable(request)) call.whole() else call
  }

  /** What a call that was [received] has failed with; null if it has not. */
  suspend fun failureOf(call: HttpClientCall, request: LlmRequest): Failure? =
    if (call.response.isFailure) ofFailed(call) else ofAnswer(call, request)

  private suspend fun ofFailed(call: HttpClientCall): Failure? {
    val response = call.response
    return classifier(call)
      .classify(response.status.value, response::header, response.heldText(LONGEST_FAILURE))
      ?.toFailure()
  }

  /** The body of the stream, observed for the attempt that is under way in the plan. */
  fun observe(
    body: ByteReadChannel,
    url: Url,
    headers: Headers,
    request: LlmRequest,
    plan: CallPlan<HttpClientCall>,
    attempt: Attempt,
  ): ObservedChannel {
    val isPacked = headers.isPacked
    val guard = if (isPacked) null else guard(url, request.form.answered(headers))
    val length = if (isPacked) null else headers[HttpHeaders.ContentLength]?.toLongOrNull()
    val isLines = !isPacked && headers.isEvents
    return ObservedChannel(body, StreamJudge(plan, guard, length, isLines), attempt.gap, time)
  }

  private fun guard(url: Url, form: AnswerForm): StreamGuard? {
    if (!form.isStream) return null
    val protocol = WireProtocol.ofPath(url.encodedPath) ?: return null
    return StreamGuard.of(protocol, streamErrors.getValue(providers.of(url.host, url.encodedPath)))
  }

  /** A whole answer can be seen through: 200 may hide an error, a refusal or half an answer. */
  private suspend fun ofAnswer(call: HttpClientCall, request: LlmRequest): Failure? {
    val response = call.response
    // What is still packed is for the caller to unpack.
    if (!response.isHeld || response.headers.isPacked || !call.isOfKnownProtocol) return null
    if (response.isElsewhere) return null
    val guard = guard(call.request.url, request.form.answered(response.headers))
    if (guard != null) return ofStream(response, guard)
    if ((response.contentLength() ?: 0) > LONGEST_ANSWER) return null
    val classifier = classifier(call)
    return response.lookAtWhole(LONGEST_ANSWER) { bytes, from, to ->
      classifier
        .classifyAnswer(response.status.value, response::header, bytes, from, to)
        ?.toFailure()
    }
  }

  /** Nobody has seen any of it. */
  private suspend fun ofStream(response: HttpResponse, guard: StreamGuard): Failure? {
    response.lookAtHeld { bytes, from, to -> guard.feed(bytes, from, to - from) }
    return when (val verdict = guard.end()) {
      is StreamVerdict.Complete -> null
      is StreamVerdict.Errored -> verdict.failure()
      is StreamVerdict.Truncated -> Failure(FailureClass.STREAM_BROKEN, null, null)
    }
  }

  /** Whether the answer is one JSON value, which is of no use before all of it is there. */
  private fun HttpResponse.isHoldable(request: LlmRequest): Boolean =
    !isHeld &&
      (isElsewhere || !request.form.answered(headers).isStream) &&
      !headers.isPacked &&
      (contentLength() ?: 0) <= LONGEST_ANSWER &&
      call.isOfKnownProtocol

  private fun classifier(call: HttpClientCall): ResponseClassifier {
    val url = call.request.url
    return classifiers.getValue(providers.of(url.host, url.encodedPath))
  }

  private fun readQuota(response: HttpResponse, target: String) {
    var isTold = false
    response.headers.forEach { name, _ -> if (QuotaHeaders.isOne(name)) isTold = true }
    if (!isTold) return
    val reading = QuotaHeaders.of(response::header).tightest() ?: return
    resilience.targets().read(target, reading)
  }

  private companion object {
    const val LONGEST_FAILURE = 64L * 1024
    const val LONGEST_ANSWER = 1024L * 1024
  }
}

/** Whether its answer is in a known form: that of whom it has gone to, not of the caller's API. */
private val HttpClientCall.isOfKnownProtocol: Boolean
  get() = WireProtocol.ofPath(request.url.encodedPath) != null

private val HttpResponse.isFailure: Boolean
  get() = status.value >= FIRST_FAILURE

/** Whether this only says where the answer is, which is no answer that could be judged. */
private val HttpResponse.isElsewhere: Boolean
  get() = status.value in 300..399

/** Whether the body is of no use to those who cannot unpack it. */
private val Headers.isPacked: Boolean
  get() = this[HttpHeaders.ContentEncoding].let { it != null && it != "identity" }

private val Headers.isEvents: Boolean
  get() = type == AnswerForm.EVENTS.contentType

private val Headers.type: String?
  get() = this[HttpHeaders.ContentType]?.substringBefore(';')?.trim()?.lowercase()

/** The form in which the answer has come, which may be another than was asked for. */
private fun AnswerForm.answered(headers: Headers): AnswerForm {
  val type = headers.type
  return when {
    type == AnswerForm.EVENTS.contentType -> AnswerForm.EVENTS
    type == AnswerForm.AWS_EVENTS.contentType -> AnswerForm.AWS_EVENTS
    type == AnswerForm.JSON.contentType && this != AnswerForm.JSON_ARRAY -> AnswerForm.JSON
    else -> this
  }
}

/** Whether this whole answer to the request is a stream that failed. */
internal fun HttpClientCall.isBrokenStream(request: LlmRequest): Boolean =
  response.status.isSuccess() && request.form.answered(response.headers).isStream

private fun HttpResponse.header(name: String): String? = headers[name]

private const val FIRST_FAILURE = 400
