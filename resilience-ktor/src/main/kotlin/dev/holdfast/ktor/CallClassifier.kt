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
    if (thrown is PreparationException) return Failure.of(FailureClass.UNKNOWN, thrown.cause)
    val known = generateSequence(thrown) { it.cause }.take(DEPTH).firstNotNullOfOrNull(::classOf)
    return if (known != null) Failure.of(known, thrown) else exceptions.ofException(thrown)
  }

  private fun classOf(cause: Throwable): FailureClass? =
    when (cause) {
      // It extends the exception of a read timeout, but nothing was sent.
      is ConnectTimeoutException -> FailureClass.CONNECTION_FAILED
      is HttpRequestTimeoutException -> FailureClass.TIMED_OUT
      else -> if (cause.isOfBrokenTransport()) FailureClass.CONNECTION_LOST else null
    }

  internal companion object {
    /** What the answer of an attempt was judged to be, if it was a failure. */
    val FAILURE: AttributeKey<Failure> = AttributeKey("dev.holdfast.Failure")

    private const val DEPTH = 16
  }
}
