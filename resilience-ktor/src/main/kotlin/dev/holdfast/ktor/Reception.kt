package dev.holdfast.ktor

import dev.holdfast.Resilience
import dev.holdfast.plan.Attempt
import dev.holdfast.providers.Provider
import dev.holdfast.providers.failure.FailureRules
import dev.holdfast.providers.failure.ResponseClassifier
import dev.holdfast.providers.failure.ResponseFailure
import dev.holdfast.providers.quota.QuotaHeaders
import dev.holdfast.throttle.ThrottleGate
import io.ktor.client.call.HttpClientCall
import io.ktor.client.statement.HttpResponse
import io.ktor.http.HttpHeaders
import io.ktor.http.contentLength
import io.ktor.http.encodedPath

/** Where the answers of all attempts come in: each is judged here, once, and nowhere else. */
internal class Reception(
  private val providers: Providers,
  rules: FailureRules,
  private val resilience: Resilience,
) {

  private val classifiers = Provider.entries.associateWith { ResponseClassifier.of(it, rules) }

  /**
   * Takes the answer of an attempt, notes what it says of quotas and whether it is a failure, and
   * gives on the call for the caller, which may be another.
   */
  suspend fun receive(call: HttpClientCall, attempt: Attempt, request: LlmRequest): HttpClientCall {
    val isFailure = call.response.status.value >= FIRST_FAILURE
    // A failure says how long to wait, and that is not until all of a limit is there again.
    if (!isFailure) readQuota(call.response, attempt.target)
    val received = if (isFailure) call.held() else call
    val failure = if (isFailure) ofFailed(received) else ofAnswer(received, request)
    failure?.let { received.attributes.put(CallClassifier.FAILURE, it.toFailure()) }
    return received
  }

  private suspend fun ofFailed(call: HttpClientCall): ResponseFailure? {
    val response = call.response
    return classifier(call)
      .classify(
        response.status.value,
        response::header,
        response.heldBytes(LONGEST_FAILURE)?.decodeToString(),
      )
  }

  /** A whole answer can be seen through: 200 may hide an error, a refusal or half an answer. */
  private suspend fun ofAnswer(call: HttpClientCall, request: LlmRequest): ResponseFailure? {
    val response = call.response
    // What is still packed is for the caller to unpack.
    if (request.protocol == null || response.headers[HttpHeaders.ContentEncoding] != null)
      return null
    if ((response.contentLength() ?: 0) > LONGEST_ANSWER) return null
    val bytes = response.heldBytes(LONGEST_ANSWER + 1) ?: return null
    if (bytes.size > LONGEST_ANSWER) return null
    val text = bytes.decodeToString()
    return classifier(call).classifyAnswer(response.status.value, response::header, text)
  }

  private fun classifier(call: HttpClientCall): ResponseClassifier {
    val url = call.request.url
    return classifiers.getValue(providers.of(url.host, url.encodedPath))
  }

  private fun readQuota(response: HttpResponse, target: String) {
    val reading = QuotaHeaders.of(response::header).tightest() ?: return
    resilience
      .breakers()
      .breaker(target)
      .companion(ThrottleGate::class.java) { ThrottleGate(target) }
      .read(reading, resilience.time().nanoTime())
  }

  private companion object {
    const val FIRST_FAILURE = 400
    const val LONGEST_FAILURE = 64L * 1024
    const val LONGEST_ANSWER = 1024L * 1024
  }
}

private fun HttpResponse.header(name: String): String? = headers[name]
