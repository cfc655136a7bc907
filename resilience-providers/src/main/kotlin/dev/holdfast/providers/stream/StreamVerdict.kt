package dev.holdfast.providers.stream

import dev.holdfast.outcome.Failure
import dev.holdfast.outcome.FailureClass
import dev.holdfast.outcome.RetryAdvice

/** What became of a stream. */
public sealed class StreamVerdict(
  /** Whether content came, and so whether anything may have been shown to somebody. */
  @get:JvmName("contentSeen") public val contentSeen: Boolean,
  /** The tokens that the stream reported before it ended; null if it reported none. */
  @get:JvmName("usage") public val usage: StreamUsage?,
) {
  /** The failure that this end is for a call; null if the stream is complete. */
  public abstract fun toFailure(): Failure?

  private val parts: List<Any?>
    get() =
      when (this) {
        is Complete -> listOf(finish, rawFinish)
        is Errored -> listOf(failureClass, error, fault)
        is Truncated -> listOf()
      } + listOf(contentSeen, usage)

  final override fun equals(other: Any?): Boolean =
    other is StreamVerdict && javaClass == other.javaClass && parts == other.parts

  final override fun hashCode(): Int = parts.hashCode()

  final override fun toString(): String = "${javaClass.simpleName}$parts"

  /**
   * The protocol says that the answer is whole.
   *
   * A refusal or a filter is such an end as well; [FinishReason.failureClass] tells. So is an
   * answer without content, which is often right, as after a prompt that was blocked.
   *
   * @property finish why the model stopped
   * @property rawFinish the provider's own word for it; null if there was none, or if it does not
   *   look like an identifier
   */
  public class Complete(
    @get:JvmName("finish") public val finish: FinishReason,
    @get:JvmName("rawFinish") public val rawFinish: String?,
    contentSeen: Boolean,
    usage: StreamUsage?,
  ) : StreamVerdict(contentSeen, usage) {
    override fun toFailure(): Failure? = null
  }

  /**
   * The provider reported an error inside the stream, or what it sent cannot be read.
   *
   * @property failureClass the error's own class, whether content came before it or not
   * @property error what the provider said; null if the stream cannot be read
   * @property fault why the stream cannot be read; null if the provider reported an error
   */
  public class Errored(
    @get:JvmName("failureClass") public val failureClass: FailureClass,
    @get:JvmName("error") public val error: StreamError?,
    @get:JvmName("fault") public val fault: StreamFault?,
    contentSeen: Boolean,
    usage: StreamUsage?,
  ) : StreamVerdict(contentSeen, usage) {
    /**
     * Before content, the error's own class. After it the stream is interrupted, unless the class
     * itself is one that the caller is shown: then it stays, for it knows better whose health is
     * concerned. A class that is never retried carries no wait.
     */
    override fun toFailure(): Failure {
      val told =
        if (contentSeen && !failureClass.surfaces()) FailureClass.STREAM_INTERRUPTED
        else failureClass
      val wait = error?.waitHint?.duration.takeUnless { told.retry() == RetryAdvice.NEVER }
      return Failure(told, wait, null)
    }
  }

  /** The data ended, or the connection broke, before the protocol's own end. */
  public class Truncated(contentSeen: Boolean, usage: StreamUsage?) :
    StreamVerdict(contentSeen, usage) {
    override fun toFailure(): Failure =
      Failure(
        if (contentSeen) FailureClass.STREAM_INTERRUPTED else FailureClass.STREAM_BROKEN,
        null,
        null,
      )
  }
}
