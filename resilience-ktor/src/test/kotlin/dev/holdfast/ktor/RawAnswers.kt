package dev.holdfast.ktor

// What a provider of Anthropic's Messages API puts on the wire, for tests that break it there.

const val EVENT_STREAM: String = "Content-Type: text/event-stream\r\n"
const val JSON_BODY: String = "Content-Type: application/json\r\n"
const val CHUNKED: String = "Transfer-Encoding: chunked\r\n"

private fun event(name: String, data: String) = "event: $name\ndata: {\"type\":\"$name\",$data}\n\n"

private fun delta(text: String) =
  event("content_block_delta", """"index":0,"delta":{"type":"text_delta","text":"$text"}""")

/** The beginning of a stream, with content. */
val STREAM_BEGUN: String =
  event(
    "message_start",
    """"message":{"id":"m","type":"message","role":"assistant","model":"$SONNET","content":[]}""",
  ) +
    event("content_block_start", """"index":0,"content_block":{"type":"text","text":""}""") +
    delta("Hel")

/** The rest of a stream after [STREAM_BEGUN]. */
val STREAM_REST: String =
  delta("lo") +
    event("content_block_stop", """"index":0""") +
    event("message_delta", """"delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":2}""") +
    "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n"

val STREAM_ERROR: String =
  event("error", """"error":{"type":"overloaded_error","message":"Overloaded"}""")

/** The two halves of an answer that is not streamed. */
const val JSON_BEGUN: String =
  """{"id":"m","type":"message","role":"assistant","model":"$SONNET","content":[{"type":"text","""
const val JSON_REST: String = """"text":"Hello"}],"stop_reason":"end_turn"}"""

fun RawConnection.head(fields: String, status: String = "200 OK"): Unit =
  send("HTTP/1.1 $status\r\n$fields\r\n")
