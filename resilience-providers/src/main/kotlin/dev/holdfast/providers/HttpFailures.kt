package dev.holdfast.providers

import dev.holdfast.outcome.Failure
import dev.holdfast.outcome.FailureClass
import java.util.function.Function

/** What the status and the headers of a response say, whoever the provider is. */
public object HttpFailures {

  /**
   * The failure that a response with this status is; null below 400.
   *
   * @param status the status code
   * @param header looks a header up by its name in lower case; null if the response has none
   */
  @JvmStatic
  public fun of(status: Int, header: Function<String, String?>): Failure? {
    if (status < 400) return null
    return Failure(classOf(status), WaitHints.of(header), null)
  }

  /** The class of a failure as far as its status tells; statuses below 400 are no failures. */
  private fun classOf(status: Int): FailureClass =
    when (status) {
      401 -> FailureClass.UNAUTHENTICATED
      402 -> FailureClass.QUOTA_EXHAUSTED
      403 -> FailureClass.FORBIDDEN
      404,
      410 -> FailureClass.MODEL_NOT_FOUND
      408 -> FailureClass.TIMED_OUT
      409 -> FailureClass.CONFLICT
      413 -> FailureClass.REQUEST_TOO_LARGE
      429 -> FailureClass.RATE_LIMITED
      503,
      529 -> FailureClass.OVERLOADED
      else -> if (status >= 500) FailureClass.SERVER_ERROR else FailureClass.INVALID_REQUEST
    }
}
