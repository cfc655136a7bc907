package dev.holdfast.ktor

import dev.holdfast.outcome.Classifier
import dev.holdfast.outcome.Failure
import dev.holdfast.outcome.FailureClass
import dev.holdfast.providers.HttpFailures
import io.ktor.client.call.HttpClientCall
import io.ktor.client.network.sockets.ConnectTimeoutException

/** Judges a Ktor call by the status of its response, and knows the exceptions of Ktor's engines. */
internal object CallClassifier : Classifier<HttpClientCall> {

  override fun ofResult(result: HttpClientCall): Failure? {
    val response = result.response
    return HttpFailures.of(response.status.value) { name -> response.headers[name] }
  }

  override fun ofException(thrown: Throwable): Failure =
    if (generateSequence(thrown) { it.cause }.take(DEPTH).any { it is ConnectTimeoutException }) {
      // It extends the exception of a read timeout, but nothing was sent.
      Failure.of(FailureClass.CONNECTION_FAILED, thrown)
    } else {
      Classifier.standard().ofException(thrown)
    }

  private const val DEPTH = 16
}
