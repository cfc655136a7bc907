package dev.holdfast.providers.request

import kotlinx.serialization.json.Json
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.jsonPrimitive

/** A member of the outermost object of a JSON text: its name, and where its value is. */
internal class JsonMember(
  private val text: String,
  nameStart: Int,
  nameEnd: Int,
  val start: Int,
  val end: Int,
) {

  val name: String = unquoted(text.substring(nameStart, nameEnd))

  /** Its value. The scanner has read it, so that it is JSON, and not too deep. */
  fun value(): JsonElement = Json.parseToJsonElement(text.substring(start, end))
}

/** The text that this JSON string stands for. */
internal fun unquoted(json: String): String =
  if ('\\' in json) Json.parseToJsonElement(json).jsonPrimitive.content
  else json.substring(1, json.length - 1)
