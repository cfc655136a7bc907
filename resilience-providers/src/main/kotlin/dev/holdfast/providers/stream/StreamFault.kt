package dev.holdfast.providers.stream

/** What makes a stream unreadable. */
public enum class StreamFault {
  /** It is no stream of its protocol at all, such as a page of HTML or a single JSON document. */
  NOT_A_STREAM,
  /** An event does not hold the JSON that it should. */
  NOT_JSON,
  /** A line, an event or a frame is larger than the limit. */
  TOO_LARGE,
  /** A binary frame does not agree with its checksum or with its own lengths. */
  BAD_FRAME,
}
