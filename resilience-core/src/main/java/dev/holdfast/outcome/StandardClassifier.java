package dev.holdfast.outcome;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;

/** Knows the exceptions that the JDK throws when a call goes wrong on its way. */
enum StandardClassifier implements Classifier<@Nullable Object> {
  INSTANCE;

  /** Chains of causes are short; this ends one that runs in a circle. */
  private static final int DEPTH = 16;

  /** The first exception that is known, from the outermost cause inwards, decides. */
  @Override
  public Failure ofException(Throwable thrown) {
    if (thrown instanceof Error) {
      return Failure.of(FailureClass.LOCAL_ERROR, thrown);
    }
    FailureClass general = null;
    Throwable cause = thrown;
    for (int depth = 0; cause != null && depth < DEPTH; depth++, cause = cause.getCause()) {
      if (cause instanceof CallRejectedException rejected) {
        return new Failure(FailureClass.REJECTED, positive(rejected.retryAfter()), thrown);
      }
      var known = known(cause);
      boolean inHandshake = general == FailureClass.CONNECTION_FAILED;
      if (known != null && (!inHandshake || known == FailureClass.UNTRUSTED_SERVER)) {
        return Failure.of(known, thrown);
      }
      if (isOfHandshake(cause)) {
        general = FailureClass.CONNECTION_FAILED;
      } else if (general == null && cause instanceof IOException) {
        general = FailureClass.CONNECTION_LOST;
      }
    }
    return Failure.of(general == null ? FailureClass.UNKNOWN : general, thrown);
  }

  private static @Nullable FailureClass known(Throwable cause) {
    if (cause instanceof ConnectException
        || cause instanceof HttpConnectTimeoutException
        || cause instanceof NoRouteToHostException
        || cause instanceof UnknownHostException
        || cause instanceof UnresolvedAddressException) {
      return FailureClass.CONNECTION_FAILED;
    }
    // That of a failed handshake is its cause, and found there, unless the server sent an alert.
    if (cause instanceof GeneralSecurityException
        || cause instanceof SSLPeerUnverifiedException
        || (cause instanceof SSLHandshakeException && says(cause, "certificate"))) {
      return FailureClass.UNTRUSTED_SERVER;
    }
    // Of an interrupted stream that this call has consumed itself its own caller has seen nothing.
    if (cause instanceof IncompleteStreamException || cause instanceof StreamInterruptedException) {
      return FailureClass.STREAM_BROKEN;
    }
    // The caller has not given up, so a cancellation is somebody's way to report a timeout.
    if (cause instanceof TimeoutException
        || cause instanceof AttemptTimeoutException
        || cause instanceof HttpTimeoutException
        || cause instanceof InterruptedIOException
        || cause instanceof CancellationException) {
      return FailureClass.TIMED_OUT;
    }
    return null;
  }

  /** Before its end no request is sent. */
  private static boolean isOfHandshake(Throwable cause) {
    return cause instanceof SSLHandshakeException
        || (cause instanceof SSLException && says(cause, "handshake"));
  }

  /** The messages of TLS are those of its implementation, and quote nobody. */
  private static boolean says(Throwable cause, String word) {
    var message = cause.getMessage();
    return message != null && message.toLowerCase(Locale.ROOT).contains(word);
  }

  private static @Nullable Duration positive(Duration hint) {
    return hint.isZero() ? null : hint;
  }
}
