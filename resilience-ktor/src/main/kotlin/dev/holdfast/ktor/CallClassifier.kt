package dev.holdfast.ktor

import dev.holdfast.outcome.Classifier
import dev.holdfast.outcome.Failure
import dev.holdfast.outcome.FailureClass
import dev.holdfast.providers.Provider
import dev.holdfast.providers.failure.ExceptionClassifier
import dev.holdfast.providers.failure.ResponseClassifier
import io.ktor.client.call.HttpClientCall
import io.ktor.client.network.sockets.ConnectTimeoutException
import io.ktor.client.plugins.HttpRequestTimeoutException
import io.ktor.util.AttributeKey

/**
 * Judges a Ktor call by the rules for the provider at its host, and knows the exceptions of Ktor's
 * engines. The body of a failed response takes part if it was [inspect]ed before.
 */
internal object CallClassifier : Classifier<HttpClientCall> {

  private val classifiers = Provider.entries.associateWith { ResponseClassifier.of(it) }
  private val exceptions = ExceptionClassifier.of()

  override fun ofResult(result: HttpClientCall): Failure? {
    val response = result.response
    val provider = Provider.ofHost(result.request.url.host)
    return classifiers
      .getValue(provider)
      .classify(
        response.status.value,
        { name -> response.headers[name] },
        result.attributes.getOrNull(FAILED_BODY),
      )
      ?.toFailure()
  }

  /**
   * Keeps the body of a failed response for [ofResult], which cannot wait for it, if the response
   * is saved. A stream is left alone: its body can be read once, and may never end.
   */
  suspend fun inspect(call: HttpClientCall) {
    if (call.response.status.value < FIRST_FAILURE) return
    call.response.savedText(LONGEST_BODY)?.let { call.attributes.put(FAILED_BODY, it) }
  }

  override fun ofException(thrown: Throwable): Failure {
    val known = generateSequence(thrown) { it.cause }.take(DEPTH).firstNotNullOfOrNull(::classOf)
    return if (known != null) Failure.of(known, thrown) else exceptions.ofException(thrown)
  }

  private fun classOf(cause: Throwable): FailureClass? =
    when (cause) {
      // It extends the exception of a read timeout, but nothing was sent.
      is ConnectTimeoutException -> FailureClass.CONNECTION_FAILED
      is HttpRequestTimeoutException -> FailureClass.TIMED_OUT
      is IllegalStateException,
      is IllegalArgumentException ->
        if (isBrokenTransport(cause)) FailureClass.CONNECTION_LOST else null
      else -> null
    }

  /**
   * CIO reports some of what a broken connection does by exceptions that are not of input or
   * output.
   */
  private fun isBrokenTransport(cause: Throwable): Boolean {
    val message = cause.message.orEmpty()
    return cause.javaClass.name == CIO_PARSER_EXCEPTION || CIO_MESSAGES.any(message::startsWith)
  }

  private val FAILED_BODY = AttributeKey<String>("dev.holdfast.FailedBody")
  private const val FIRST_FAILURE = 400
  private const val LONGEST_BODY = 64L * 1024
  private const val DEPTH = 16
  private const val CIO_PARSER_EXCEPTION = "io.ktor.http.cio.ParserException"

  /** Written by Ktor, so they hold nothing of a request and can be relied upon for one version. */
  private val CIO_MESSAGES =
    listOf(
      "Content-Length mismatch",
      "Failed to parse request body",
      "Invalid TLS record type code",
    )
}
