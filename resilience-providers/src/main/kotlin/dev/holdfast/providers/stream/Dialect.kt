package dev.holdfast.providers.stream

/** What the events of a protocol mean. Holds no state: a stream's own is in [StreamState]. */
internal interface Dialect {
  /** What it wants to see of an event. */
  val fields: Field

  /** Whether the data may end after a finish reason, without a terminator. */
  val finishSuffices: Boolean

  /** What it wants to see of the events that come in base64 inside another; null if none do. */
  val nested: Field?
    get() = null

  /** Whether `[DONE]` as an event's data is the terminator. */
  val endsWithDone: Boolean
    get() = false

  /** Whether the stream may also come as one JSON document instead of SSE. */
  val comesAsJson: Boolean
    get() = false

  /** Takes in one event. */
  fun event(values: EventValues, state: StreamState)
}
