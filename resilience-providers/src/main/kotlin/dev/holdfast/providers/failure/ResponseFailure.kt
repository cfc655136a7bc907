package dev.holdfast.providers.failure

import dev.holdfast.outcome.Failure
import dev.holdfast.outcome.FailureClass
import dev.holdfast.providers.wait.WaitHint

/**
 * What a response means that is a failure. It holds nothing of the response's words, so it may be
 * logged.
 *
 * @property failureClass what kind of failure it is, with its four answers
 * @property waitHint how long the provider asks to wait; null if it does not say, or if waiting
 *   cannot help
 * @property requestId the provider's name for the request, for its support; null if it gave none
 * @property rule the rule that decided, as `name:line`; null if none did
 */
@JvmRecord
public data class ResponseFailure(
  val failureClass: FailureClass,
  val waitHint: WaitHint?,
  val requestId: String?,
  val rule: String?,
) {

  /**
   * The same as a plan takes it.
   *
   * @param cause what was thrown; null if the failure was a response
   */
  @JvmOverloads
  public fun toFailure(cause: Throwable? = null): Failure =
    Failure(failureClass, waitHint?.duration, cause)
}
