package dev.holdfast.providers.request

/**
 * The form in which the answer to a request is asked for.
 *
 * @property contentType the media type of an answer in this form
 */
public enum class AnswerForm(public val contentType: String) {
  /** One JSON value, sent when it is complete. */
  JSON("application/json"),
  /** A stream of server-sent events (SSE). */
  EVENTS("text/event-stream"),
  /** A JSON array that is sent element by element: Gemini's stream without `alt=sse`. */
  JSON_ARRAY("application/json"),
  /** A stream of binary frames: Bedrock's. */
  AWS_EVENTS("application/vnd.amazon.eventstream");

  /** Whether the answer comes piece by piece. */
  public val isStream: Boolean
    get() = this != JSON
}
