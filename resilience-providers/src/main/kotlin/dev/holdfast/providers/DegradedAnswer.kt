package dev.holdfast.providers

import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonObjectBuilder
import kotlinx.serialization.json.addJsonObject
import kotlinx.serialization.json.buildJsonObject
import kotlinx.serialization.json.put
import kotlinx.serialization.json.putJsonArray
import kotlinx.serialization.json.putJsonObject

/**
 * A text that stands in for a model's answer, in the caller's protocol, so that the code which
 * reads answers can read this one. It is no model's answer and does not claim to be: its model and
 * its id are `degraded`, and it reports no tokens.
 */
public class DegradedAnswer(private val text: String) {

  /** The body of an answer that is not a stream. */
  public fun json(protocol: WireProtocol): String =
    when (protocol) {
      WireProtocol.ANTHROPIC_MESSAGES -> message(text).toString()
      WireProtocol.OPENAI_CHAT ->
        completion("chat.completion", "message", "stop") {
            put("role", "assistant")
            put("content", text)
          }
          .toString()
      else -> throw UnsupportedOperationException("$protocol has no degraded answer")
    }

  /** The body of an answer that is a stream of events (SSE), with the protocol's own end. */
  public fun events(protocol: WireProtocol): String =
    when (protocol) {
      WireProtocol.ANTHROPIC_MESSAGES -> messageEvents()
      WireProtocol.OPENAI_CHAT -> chunks()
      else -> throw UnsupportedOperationException("$protocol has no degraded answer")
    }

  private fun message(content: String?): JsonObject = buildJsonObject {
    put("id", DEGRADED)
    put("type", "message")
    put("role", "assistant")
    put("model", DEGRADED)
    putJsonArray("content") {
      if (content != null) {
        addJsonObject {
          put("type", "text")
          put("text", content)
        }
      }
    }
    put("stop_reason", if (content == null) null else "end_turn")
    put("stop_sequence", null as String?)
    putJsonObject("usage") {
      put("input_tokens", 0)
      put("output_tokens", 0)
    }
  }

  private fun messageEvents(): String = buildString {
    event("message_start") { put("message", message(null)) }
    event("content_block_start") {
      put("index", 0)
      putJsonObject("content_block") {
        put("type", "text")
        put("text", "")
      }
    }
    event("content_block_delta") {
      put("index", 0)
      putJsonObject("delta") {
        put("type", "text_delta")
        put("text", text)
      }
    }
    event("content_block_stop") { put("index", 0) }
    event("message_delta") {
      putJsonObject("delta") {
        put("stop_reason", "end_turn")
        put("stop_sequence", null as String?)
      }
      putJsonObject("usage") { put("output_tokens", 0) }
    }
    event("message_stop") {}
  }

  private fun StringBuilder.event(type: String, fields: JsonObjectBuilder.() -> Unit) {
    val data = buildJsonObject {
      put("type", type)
      fields()
    }
    append("event: ").append(type).append("\ndata: ").append(data).append("\n\n")
  }

  private fun chunks(): String = buildString {
    val first =
      completion("chat.completion.chunk", "delta", null) {
        put("role", "assistant")
        put("content", text)
      }
    val last = completion("chat.completion.chunk", "delta", "stop") {}
    for (chunk in listOf(first.toString(), last.toString(), "[DONE]")) {
      append("data: ").append(chunk).append("\n\n")
    }
  }

  private fun completion(
    type: String,
    part: String,
    finishReason: String?,
    content: JsonObjectBuilder.() -> Unit,
  ): JsonObject = buildJsonObject {
    put("id", DEGRADED)
    put("object", type)
    put("created", 0)
    put("model", DEGRADED)
    putJsonArray("choices") {
      addJsonObject {
        put("index", 0)
        putJsonObject(part, content)
        put("finish_reason", finishReason)
      }
    }
  }

  private companion object {
    const val DEGRADED = "degraded"
  }
}
