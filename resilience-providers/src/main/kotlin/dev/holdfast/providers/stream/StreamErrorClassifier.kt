package dev.holdfast.providers.stream

import dev.holdfast.outcome.FailureClass

/**
 * Says which class of failure an error inside a stream is. It runs on the reader of the stream: it
 * must not block, and what it throws goes to the caller of [StreamGuard.feed].
 */
public fun interface StreamErrorClassifier {
  /** The class of the error; [FailureClass.STREAM_BROKEN] if nothing better is known. */
  public fun classify(error: StreamError): FailureClass

  public companion object {
    /** Knows the codes of the large providers. */
    @JvmField public val STANDARD: StreamErrorClassifier = StandardStreamErrors
  }
}
