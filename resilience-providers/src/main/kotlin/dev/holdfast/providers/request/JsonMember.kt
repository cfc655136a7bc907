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

  val name: String = decoded(text.substring(nameStart, nameEnd))

  /** Its value. The scanner has read it, so that it is JSON, and not too deep. */
  fun value(): JsonElement = Json.parseToJsonElement(text.substring(start, end))

  private fun decoded(quoted: String): String =
    if ('\\' in quoted) Json.parseToJsonElement(quoted).jsonPrimitive.content
    else quoted.substring(1, quoted.length - 1)
}
