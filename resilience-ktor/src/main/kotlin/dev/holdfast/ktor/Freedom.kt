package dev.holdfast.ktor

/** What may be done with a request besides sending it as it is. */
internal enum class Freedom {
  /** It may be sent again, and to other models. */
  ANY_MODEL,
  /** It may be sent again, but a signature covers what another model would change. */
  SAME_MODEL,
  /** It can be sent once: its body is gone with the first attempt. */
  ONE_ATTEMPT,
}
