package dev.holdfast.providers.request

import kotlinx.serialization.json.Json
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonPrimitive
import kotlinx.serialization.json.jsonPrimitive

/** A member of the outermost object of a JSON text: its name, and where its value is. */
internal class JsonMember(
  private val text: String,
  private val nameStart: Int,
  private val nameEnd: Int,
  val start: Int,
  val end: Int,
) {

  val name: String
    get() = unquoted(text, nameStart, nameEnd)

  /** Whether this is its name, which is taken out of the text only if it has escapes. */
  fun isNamed(name: String): Boolean {
    val length = nameEnd - nameStart - 2
    if (length == name.length) return text.startsWith(name, nameStart + 1)
    return length > name.length && isEscaped() && this.name == name
  }

  private fun isEscaped(): Boolean {
    for (at in nameStart until nameEnd) if (text[at] == '\\') return true
    return false
  }

  /** Its value. The scanner has read it, so that it is JSON, and not too deep. */
  fun value(): JsonElement =
    // What requests have most of needs no parser.
    when (text[start]) {
      '"' -> JsonPrimitive(unquoted(text, start, end))
      't' -> TRUE
      'f' -> FALSE
      else -> Json.parseToJsonElement(text.substring(start, end))
    }

  /** What its value says, if that is a string. */
  fun string(): String? = if (text[start] == '"') unquoted(text, start, end) else null

  private companion object {
    val TRUE = JsonPrimitive(true)
    val FALSE = JsonPrimitive(false)
  }
}

/** The text that the JSON string in this part of a text stands for. */
internal fun unquoted(text: String, start: Int, end: Int): String {
  val plain = text.substring(start + 1, end - 1)
  return if ('\\' in plain) Json.parseToJsonElement("\"$plain\"").jsonPrimitive.content else plain
}
