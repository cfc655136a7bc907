package dev.holdfast.providers.failure

/** The words of one line: what stands in double quotes is kept together, `#` ends the line. */
internal class RuleLine(private val text: String, private val place: String) {

  /** One condition as it is written: `status=429|503`, `text~"spend limit"`. */
  class Term(val name: String, val contains: Boolean, val values: List<String>)

  private var position = 0

  /** The first word; null for a line that holds nothing but a comment. */
  fun first(): String? {
    skipBlanks()
    if (atEnd()) return null
    val start = position
    while (position < text.length && !text[position].isWhitespace()) position++
    return text.substring(start, position)
  }

  /** The conditions after the first word. */
  fun terms(): List<Term> = buildList {
    skipBlanks()
    while (!atEnd()) {
      add(term())
      skipBlanks()
    }
  }

  /** What is left of the line, without blanks around it. */
  fun rest(): String = text.substring(position).substringBefore('#').trim()

  private fun term(): Term {
    val start = position
    while (position < text.length && text[position] !in "=~ \t") position++
    val name = text.substring(start, position)
    if (position == text.length || text[position] !in "=~") {
      fail("'$name' must be followed by = or ~ and a value")
    }
    val contains = text[position++] == '~'
    val values = mutableListOf(value(name))
    while (position < text.length && text[position] == '|') {
      position++
      values += value(name)
    }
    return Term(name, contains, values)
  }

  private fun value(name: String): String {
    val quoted = position < text.length && text[position] == '"'
    if (quoted) position++
    val start = position
    while (position < text.length && !endsValue(text[position], quoted)) position++
    if (quoted && position == text.length) fail("the quotes of '$name' must be closed")
    val value = text.substring(start, position)
    if (quoted) position++
    if (value.isBlank()) fail("the value of '$name' must not be empty")
    return value
  }

  private fun endsValue(c: Char, quoted: Boolean): Boolean =
    if (quoted) c == '"' else c == '|' || c.isWhitespace()

  private fun skipBlanks() {
    while (position < text.length && text[position].isWhitespace()) position++
  }

  private fun atEnd(): Boolean = position == text.length || text[position] == '#'

  private fun fail(what: String): Nothing = throw IllegalArgumentException("$place: $what")
}
