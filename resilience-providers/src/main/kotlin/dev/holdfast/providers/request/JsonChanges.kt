package dev.holdfast.providers.request

import kotlinx.serialization.json.JsonArray
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive

/** The object with another list in this field, at its place; itself if it has no such list. */
internal fun JsonObject.changing(
  field: String,
  change: (JsonArray) -> List<JsonElement>,
): JsonObject {
  val list = this[field] as? JsonArray ?: return this
  val changed = change(list)
  return if (changed == list) this else JsonObject(this + (field to JsonArray(changed)))
}

internal fun JsonObject.without(fields: Set<String>): JsonObject =
  if (keys.none { it in fields }) this else JsonObject(this - fields)

internal fun JsonElement.without(field: String): JsonElement =
  (this as? JsonObject)?.without(setOf(field)) ?: this

internal fun JsonElement.text(field: String): String? =
  ((this as? JsonObject)?.get(field) as? JsonPrimitive)?.takeIf { it.isString }?.content

internal fun JsonElement.list(field: String): JsonArray? =
  (this as? JsonObject)?.get(field) as? JsonArray
