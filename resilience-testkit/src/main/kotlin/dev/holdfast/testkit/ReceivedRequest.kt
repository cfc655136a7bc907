package dev.holdfast.testkit

import java.util.Collections
import java.util.TreeMap
import kotlinx.serialization.SerializationException
import kotlinx.serialization.json.Json
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive
import kotlinx.serialization.json.booleanOrNull

/** A request as it was read from the socket. */
internal class ReceivedRequest(
  val method: String,
  val path: String,
  val version: String,
  headers: Map<String, List<String>>,
  val body: String,
) {
  val arrivedAt: Long = System.nanoTime()

  val headers: Map<String, List<String>> =
    Collections.unmodifiableMap(
      TreeMap<String, List<String>>(String.CASE_INSENSITIVE_ORDER).apply { putAll(headers) }
    )

  val isForMessages: Boolean = path.substringBefore('?') == "/v1/messages"

  val wantsClose: Boolean =
    version != "HTTP/1.1" ||
      this.headers["Connection"].orEmpty().any { it.contains("close", ignoreCase = true) }

  private val json: JsonObject? =
    try {
      Json.parseToJsonElement(body) as? JsonObject
    } catch (_: SerializationException) {
      null
    }

  val model: String? =
    (json?.get("model") as? JsonPrimitive)
      ?.takeIf { it.isString && isForMessages && method == "POST" }
      ?.content

  val isStreaming: Boolean = (json?.get("stream") as? JsonPrimitive)?.booleanOrNull == true
}
