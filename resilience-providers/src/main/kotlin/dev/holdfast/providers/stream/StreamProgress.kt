package dev.holdfast.providers.stream

/** What one chunk of a stream moved. */
public enum class StreamProgress {
  /**
   * Bytes came, so the connection lives, but no content did: keep-alives, lifecycle events or a
   * part of an event. Proves nothing to a timer that waits for content.
   */
  ALIVE,
  /** At least one event with content was completed by this chunk. */
  CONTENT,
  /**
   * The stream is at its end by its own word, an error or the terminator; whatever follows is not
   * looked at. The chunk may have brought content before it.
   */
  FINISHED,
}
