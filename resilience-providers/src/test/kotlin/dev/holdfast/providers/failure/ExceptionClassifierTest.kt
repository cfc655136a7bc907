package dev.holdfast.providers.failure

import dev.holdfast.outcome.DeadlineExceededException
import dev.holdfast.outcome.FailureClass
import io.kotest.core.spec.style.FunSpec
import io.kotest.datatest.withData
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeSameInstanceAs
import java.io.IOException
import java.net.ConnectException
import java.net.SocketException
import java.net.SocketTimeoutException

private open class ClientException(message: String? = null, cause: Throwable? = null) :
  RuntimeException(message, cause)

private class SpecialClientException(message: String) : ClientException(message)

class ExceptionClassifierTest :
  FunSpec({
    val classifier = ExceptionClassifier.of()

    context("exceptions of the JDK whose message tells more than their type") {
      withData<Pair<Throwable, FailureClass>>(
        { "${it.first}" },
        SocketTimeoutException("Connect timed out") to FailureClass.CONNECTION_FAILED,
        SocketTimeoutException("failed to connect to /10.0.0.1 (port 1) after 5ms") to
          FailureClass.CONNECTION_FAILED,
        SocketTimeoutException("Read timed out") to FailureClass.TIMED_OUT,
        SocketException("Network is unreachable") to FailureClass.CONNECTION_FAILED,
        SocketException("Connection reset") to FailureClass.CONNECTION_LOST,
        ConnectException("Connection refused") to FailureClass.CONNECTION_FAILED,
        IOException("Unable to tunnel through proxy. Proxy returns HTTP/1.1 502") to
          FailureClass.CONNECTION_FAILED,
        IOException("/10.0.0.1:443: GOAWAY received") to FailureClass.CONNECTION_LOST,
        IOException("Request not processed by peer") to FailureClass.NOT_PROCESSED,
        IOException("HTTP/1.1 header parser received no bytes") to FailureClass.CONNECTION_LOST,
        ClientException("network is unreachable") to FailureClass.UNKNOWN,
        OutOfMemoryError() to FailureClass.LOCAL_ERROR,
        DeadlineExceededException() to FailureClass.REJECTED,
      ) { (thrown, expected) ->
        classifier.ofException(thrown).failureClass() shouldBe expected
      }
    }

    test("what wraps an exception does not hide it") {
      val wrapped = ClientException("client", SocketTimeoutException("Connect timed out"))

      classifier.ofException(wrapped).failureClass() shouldBe FailureClass.CONNECTION_FAILED
    }

    test("a type is known by its name, and so are those that extend it") {
      val rules =
        FailureRules.parse(
          "NOT_PROCESSED thrown=${ClientException::class.java.name} message~refused\n" +
            "TIMED_OUT thrown=${SpecialClientException::class.java.name}"
        )
      val custom = ExceptionClassifier.of(rules)
      val refused = SpecialClientException("stream Refused")

      custom.ofException(IllegalStateException(refused)).failureClass() shouldBe
        FailureClass.NOT_PROCESSED
      custom.ofException(SpecialClientException("slow")).failureClass() shouldBe
        FailureClass.TIMED_OUT
      custom.ofException(ClientException("slow")).failureClass() shouldBe FailureClass.UNKNOWN
      custom.ofException(refused).cause() shouldBeSameInstanceAs refused
    }

    test("a chain of causes that runs in a circle comes to an end") {
      val inner = IllegalStateException("inner")
      val outer = IllegalStateException("outer", inner)
      inner.initCause(outer)

      classifier.ofException(outer).failureClass() shouldBe FailureClass.UNKNOWN
    }
  })
