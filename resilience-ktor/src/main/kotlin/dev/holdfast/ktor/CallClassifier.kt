package dev.holdfast.ktor

import dev.holdfast.outcome.Classifier
import dev.holdfast.outcome.Failure
import dev.holdfast.outcome.FailureClass
import dev.holdfast.providers.failure.ExceptionClassifier
import dev.holdfast.providers.failure.FailureRules
import io.ktor.client.call.HttpClientCall
import io.ktor.client.network.sockets.ConnectTimeoutException
import io.ktor.client.plugins.HttpRequestTimeoutException
import io.ktor.util.AttributeKey

/**
 * Tells a plan what a call has come to: what its [Reception] made of the response, and what the
 * exceptions of Ktor's engines mean.
 */
internal class CallClassifier(rules: FailureRules) : Classifier<HttpClientCall> {

  private val exceptions = ExceptionClassifier.of(rules)

  override fun ofResult(result: HttpClientCall): Failure? = result.attributes.getOrNull(FAILURE)

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
      else -> if (cause.isOfApache()) FailureClass.CONNECTION_LOST else null
    }

  /** What Apache throws for bytes that are no HTTP is no exception of input or output. */
  private fun Throwable.isOfApache(): Boolean =
    generateSequence<Class<*>>(javaClass) { it.superclass }.any { it.name == APACHE_EXCEPTION }

  /**
   * CIO reports some of what a broken connection does by exceptions that are not of input or
   * output.
   */
  private fun isBrokenTransport(cause: Throwable): Boolean {
    val message = cause.message.orEmpty()
    return cause.javaClass.name == CIO_PARSER_EXCEPTION || CIO_MESSAGES.any(message::startsWith)
  }

  internal companion object {
    /** What the answer of an attempt was judged to be, if it was a failure. */
    val FAILURE: AttributeKey<Failure> = AttributeKey("dev.holdfast.Failure")

    private const val DEPTH = 16
    private const val APACHE_EXCEPTION = "org.apache.hc.core5.http.HttpException"
    private const val CIO_PARSER_EXCEPTION = "io.ktor.http.cio.ParserException"

    /**
     * Written by Ktor, so they hold nothing of a request and can be relied upon for one version.
     */
    private val CIO_MESSAGES =
      listOf(
        "Content-Length mismatch",
        "Failed to parse request body",
        "Invalid TLS record type code",
      )
  }
}
