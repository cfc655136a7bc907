package dev.holdfast.testkit

/** What becomes of a connection when a request has been dealt with. */
internal enum class Afterwards {
  KEEP_OPEN,
  CLOSE,
  RESET,
}
