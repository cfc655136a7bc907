package dev.holdfast.providers.degraded

import kotlinx.serialization.json.JsonObjectBuilder
import kotlinx.serialization.json.buildJsonObject
import kotlinx.serialization.json.put

/** Adds an event without a name. */
internal fun StringBuilder.data(data: Any): StringBuilder =
  append("data: ").append(data).append("\n\n")

/** Adds an event that tells its name in its data, too. */
internal fun StringBuilder.event(type: String, fields: JsonObjectBuilder.() -> Unit) {
  append("event: ").append(type).append('\n')
  data(
    buildJsonObject {
      put("type", type)
      fields()
    }
  )
}
