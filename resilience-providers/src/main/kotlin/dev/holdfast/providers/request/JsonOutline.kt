package dev.holdfast.providers.request

import kotlinx.serialization.json.JsonElement

/** A JSON text and where the members of its outermost object are. Immutable. */
internal class JsonOutline
private constructor(val text: String, private val members: List<JsonMember>) {

  val isObject: Boolean = text.first { it !in SPACE } == '{'

  /** The value of the member of this name; of several the last, as most parsers do. */
  operator fun get(name: String): JsonElement? = member(name)?.value()

  /** As [get], if that is a string: what it says. */
  fun string(name: String): String? = member(name)?.string()

  private fun member(name: String): JsonMember? {
    for (place in members.indices.reversed()) {
      val member = members[place]
      if (member.isNamed(name)) return member
    }
    return null
  }

  /** The text with other values where [replacement] has one; everything else to the last space. */
  fun replacing(replacement: (String) -> String?): String = buildString {
    var copied = 0
    for (member in members) {
      val value = replacement(member.name) ?: continue
      append(text, copied, member.start).append(value)
      copied = member.end
    }
    append(text, copied, text.length)
  }

  /** The text of an object with one more member, which is a JSON text, as its first. */
  fun with(member: String): String {
    val first = text.indexOf('{') + 1
    val separator = if (members.isEmpty()) "" else ","
    return text.substring(0, first) + member + separator + text.substring(first)
  }

  companion object {
    private val SPACE = " \t\r\n"

    /** Null if the text is no JSON, or nested deeper than [StrictScanner.DEEPEST]. */
    fun of(text: String): JsonOutline? {
      val scanner = StrictScanner(text)
      return if (scanner.scan()) JsonOutline(text, scanner.members) else null
    }
  }
}
