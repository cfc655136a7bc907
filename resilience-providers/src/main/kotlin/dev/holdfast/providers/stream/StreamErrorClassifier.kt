package dev.holdfast.providers.stream

import dev.holdfast.outcome.FailureClass
import dev.holdfast.providers.Provider
import dev.holdfast.providers.failure.FailureRules
import dev.holdfast.providers.failure.ResponseClassifier

/**
 * Says which class of failure an error inside a stream is. It runs on the reader of the stream: it
 * must not block, and what it throws goes to the caller of [StreamGuard.feed].
 */
public fun interface StreamErrorClassifier {
  /** The class of the error; [FailureClass.STREAM_BROKEN] if nothing better is known. */
  public fun classify(error: StreamError): FailureClass

  /**
   * The class of the error, of which this is the message; without a method of one's own, that of
   * [classify] without it.
   *
   * @param message the first 2000 bytes of it at most, empty if there is none. It may quote the
   *   prompt: do not keep it, and do not log it
   */
  public fun classify(error: StreamError, message: String): FailureClass = classify(error)

  /** Makes classifiers. */
  public companion object {
    /** By the standard rules, for streams whose provider is not known. */
    @JvmField
    public val STANDARD: StreamErrorClassifier =
      RuleStreamErrors(ResponseClassifier.of(Provider.OPENAI_COMPATIBLE))

    /**
     * By the same [rules] as responses. They see the error as one of an answer with status 200, and
     * if none knows its names, once more with the status that it names. The status comes first
     * where Bedrock hands on that of the model behind it. As in a response, the message is the
     * weakest sign: rules with `text` hold only together with one of these statuses.
     */
    @JvmStatic
    @JvmOverloads
    public fun of(
      provider: Provider,
      rules: FailureRules = FailureRules.standard(),
    ): StreamErrorClassifier = RuleStreamErrors(ResponseClassifier.of(provider, rules))
  }
}
