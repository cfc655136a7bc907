package dev.holdfast.providers.stream

import dev.holdfast.outcome.FailureClass

/**
 * Why a model stopped, in words that all providers share. Not every end is the one that the caller
 * hoped for: whoever takes such an end for a failure finds its class in [failureClass].
 */
public enum class FinishReason(
  /** The class of this end for whoever takes it for a failure; null where nobody should. */
  @get:JvmName("failureClass") public val failureClass: FailureClass?
) {
  /** The model was done, or reached a stop sequence. */
  STOP(null),
  /** The limit of output tokens was reached: the text ends somewhere. */
  LENGTH(null),
  /** The model wants tools to be called. */
  TOOL_USE(null),
  /** The model refused. */
  REFUSAL(FailureClass.CONTENT_REFUSED),
  /** A filter of the provider stopped the answer, or refused the prompt. */
  CONTENT_FILTER(FailureClass.CONTENT_REFUSED),
  /** The context window was full before the answer was complete. */
  CONTEXT_WINDOW(FailureClass.CONTEXT_TOO_LONG),
  /** The provider paused a long turn; the caller is to send it back to go on. */
  PAUSE(null),
  /** Another reason, or none was given. */
  OTHER(null),
}
