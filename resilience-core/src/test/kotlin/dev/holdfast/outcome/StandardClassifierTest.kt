package dev.holdfast.outcome

import dev.holdfast.outcome.FailureClass.CONNECTION_FAILED
import dev.holdfast.outcome.FailureClass.CONNECTION_LOST
import dev.holdfast.outcome.FailureClass.LOCAL_ERROR
import dev.holdfast.outcome.FailureClass.REJECTED
import dev.holdfast.outcome.FailureClass.STREAM_BROKEN
import dev.holdfast.outcome.FailureClass.TIMED_OUT
import dev.holdfast.outcome.FailureClass.UNKNOWN
import dev.holdfast.outcome.FailureClass.UNTRUSTED_SERVER
import dev.holdfast.throttle.GateClosedException
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeSameInstanceAs
import java.io.EOFException
import java.io.IOException
import java.io.InterruptedIOException
import java.net.ConnectException
import java.net.NoRouteToHostException
import java.net.SocketException
import java.net.SocketTimeoutException
import java.net.UnknownHostException
import java.net.http.HttpConnectTimeoutException
import java.net.http.HttpTimeoutException
import java.nio.channels.ClosedChannelException
import java.nio.channels.UnresolvedAddressException
import java.security.cert.CertificateException
import java.time.Duration
import java.util.concurrent.CancellationException
import java.util.concurrent.CompletionException
import java.util.concurrent.TimeoutException
import javax.net.ssl.SSLException
import javax.net.ssl.SSLHandshakeException
import javax.net.ssl.SSLPeerUnverifiedException

class StandardClassifierTest :
  FunSpec({
    val classifier = Classifier.standard()
    fun untrusted() = SSLHandshakeException("x").apply { initCause(CertificateException()) }
    fun circle() = RuntimeException("a").apply { initCause(RuntimeException("b", this)) }
    fun deep(levels: Int, inmost: Throwable) =
      (1..levels).fold(inmost) { cause, _ -> RuntimeException(cause) }

    listOf(
        ConnectException() to CONNECTION_FAILED,
        NoRouteToHostException() to CONNECTION_FAILED,
        UnknownHostException() to CONNECTION_FAILED,
        UnresolvedAddressException() to CONNECTION_FAILED,
        HttpConnectTimeoutException("x") to CONNECTION_FAILED,
        HttpTimeoutException("x") to TIMED_OUT,
        SocketTimeoutException() to TIMED_OUT,
        InterruptedIOException() to TIMED_OUT,
        TimeoutException() to TIMED_OUT,
        CancellationException() to TIMED_OUT,
        AttemptTimeoutException("sonnet", Duration.ofSeconds(1)) to TIMED_OUT,
        SocketException("reset") to CONNECTION_LOST,
        EOFException() to CONNECTION_LOST,
        ClosedChannelException() to CONNECTION_LOST,
        IOException() to CONNECTION_LOST,
        SSLException("x") to CONNECTION_LOST,
        SSLHandshakeException("peer hung up") to CONNECTION_FAILED,
        SSLHandshakeException("x").apply { initCause(EOFException()) } to CONNECTION_FAILED,
        SSLHandshakeException("x").apply { initCause(SocketTimeoutException()) } to
          CONNECTION_FAILED,
        IOException(SSLHandshakeException("peer hung up")) to CONNECTION_FAILED,
        SSLException("Remote host closed connection during Handshake") to CONNECTION_FAILED,
        SSLException("closed", SocketException("reset")) to CONNECTION_LOST,
        IOException("broken handshake") to CONNECTION_LOST,
        IOException("x", IOException(untrusted())) to UNTRUSTED_SERVER,
        SSLException("handshake failed", CertificateException()) to UNTRUSTED_SERVER,
        SSLHandshakeException("Received fatal alert: bad_certificate") to UNTRUSTED_SERVER,
        untrusted() to UNTRUSTED_SERVER,
        SSLPeerUnverifiedException("x") to UNTRUSTED_SERVER,
        IOException(untrusted()) to UNTRUSTED_SERVER,
        RuntimeException(CertificateException()) to UNTRUSTED_SERVER,
        IOException(ConnectException()) to CONNECTION_FAILED,
        IOException(SocketTimeoutException()) to TIMED_OUT,
        RuntimeException(IOException()) to CONNECTION_LOST,
        CompletionException(ConnectException()) to CONNECTION_FAILED,
        CompletionException("no cause", null) to UNKNOWN,
        IncompleteStreamException("sonnet") to STREAM_BROKEN,
        StreamInterruptedException("sonnet", 1, listOf("a"), null) to STREAM_BROKEN,
        IllegalStateException() to UNKNOWN,
        IllegalStateException("timeout, connection refused, 529") to UNKNOWN,
        OutOfMemoryError() to LOCAL_ERROR,
        circle() to UNKNOWN,
        deep(10, TimeoutException()) to TIMED_OUT,
        deep(15, TimeoutException()) to TIMED_OUT,
        deep(16, TimeoutException()) to UNKNOWN,
        deep(1000, TimeoutException()) to UNKNOWN,
        DeadlineExceededException() to REJECTED,
        RuntimeException(DeadlineExceededException()) to REJECTED,
      )
      .forEachIndexed { row, (thrown, expected) ->
        test(
          "$row: ${thrown::class.simpleName} of ${thrown.cause?.let { it::class.simpleName }}: $expected"
        ) {
          val failure = classifier.ofException(thrown)

          failure.failureClass() shouldBe expected
          failure.cause() shouldBeSameInstanceAs thrown
          failure.retryAfter().shouldBeNull()
        }
      }

    test("the wait that a rejection names is kept") {
      val rejection = GateClosedException("sonnet", Duration.ofSeconds(4))

      classifier.ofException(RuntimeException(rejection)).retryAfter() shouldBe
        Duration.ofSeconds(4)
    }

    test("every result is a success") {
      listOf("answer", null, 500, TimeoutException()).forEach {
        classifier.ofResult(it).shouldBeNull()
      }
    }
  })
