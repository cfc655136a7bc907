package dev.holdfast.providers.failure

import dev.holdfast.outcome.FailureClass

/** What a rule makes of a failure. */
internal sealed interface Meaning {
  /** It is of this class. */
  data class Of(val failureClass: FailureClass) : Meaning

  /** The rules below judge it as if it had this status. */
  data class As(val status: Int) : Meaning
}
