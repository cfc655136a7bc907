package dev.holdfast.providers.request

import java.util.TreeMap

/** Reads a text that is JSON and not too deep, and writes it in its canonical form. */
internal class CanonicalWriter private constructor(private val text: String) {
  private sealed interface Value

  private class Scalar(val written: String) : Value

  private class Elements(val values: List<Value>) : Value

  private class Members(val values: Map<String, Value>) : Value

  private var at = 0

  /** Null if two members of an object have the same name, or a text holds control characters. */
  private fun read(): Value? {
    skipSpace()
    return when (text[at]) {
      '{' -> members()
      '[' -> elements()
      '"' -> string()?.let { Scalar(quoted(it)) }
      else -> Scalar(CanonicalNumber.of(word()))
    }
  }

  private fun members(): Value? {
    val values = TreeMap<String, Value>()
    while (goesOn('}')) {
      val name = string() ?: return null
      skipSpace()
      at++ // the colon
      if (values.put(name, read() ?: return null) != null) return null
    }
    return Members(values)
  }

  private fun elements(): Value? {
    val values = ArrayList<Value>()
    while (goesOn(']')) values += read() ?: return null
    return Elements(values)
  }

  /** Moves past the bracket or comma before a value and the spaces; whether a value follows. */
  private fun goesOn(end: Char): Boolean {
    skipSpace()
    if (text[at] == end) return false.also { at++ }
    at++
    skipSpace()
    if (text[at] != end) return true
    at++
    return false
  }

  private fun string(): String? {
    val start = at++
    while (text[at] != '"') {
      if (text[at] < ' ') return null
      at += if (text[at] == '\\') 2 else 1
    }
    at++
    return unquoted(text, start, at)
  }

  private fun word(): String {
    val start = at
    while (at < text.length && text[at] !in ENDS) at++
    return text.substring(start, at)
  }

  private fun skipSpace() {
    while (at < text.length && text[at] in SPACE) at++
  }

  companion object {
    private const val SPACE = " \t\r\n"
    private const val ENDS = " \t\r\n,]}"

    /** Null if the text is no JSON, too deep, or names a member twice. */
    fun write(text: String, without: Set<String>): String? {
      if (!StrictScanner(text).scan()) return null
      val value = CanonicalWriter(text).read() ?: return null
      return buildString(text.length) {
        write(if (value is Members) Members(value.values - without) else value)
      }
    }

    private fun StringBuilder.write(value: Value) {
      when (value) {
        is Scalar -> append(value.written)
        is Elements -> {
          append('[')
          for ((index, element) in value.values.withIndex()) {
            if (index > 0) append(',')
            write(element)
          }
          append(']')
        }
        is Members -> {
          append('{')
          for ((index, member) in value.values.entries.withIndex()) {
            if (index > 0) append(',')
            append(quoted(member.key)).append(':')
            write(member.value)
          }
          append('}')
        }
      }
    }

    private fun quoted(text: String): String =
      buildString(text.length + 2) {
        append('"')
        for (index in text.indices) write(text, index)
        append('"')
      }

    private fun StringBuilder.write(text: String, index: Int) {
      val char = text[index]
      when {
        char == '"' || char == '\\' -> append('\\').append(char)
        char == '\n' -> append("\\n")
        char == '\t' -> append("\\t")
        char == '\r' -> append("\\r")
        char == '\b' -> append("\\b")
        char == '\u000c' -> append("\\f")
        char < ' ' || char.isSurrogate() && !isPaired(text, index) ->
          append("\\u").append("%04x".format(char.code))
        else -> append(char)
      }
    }

    /** Half a pair has no form in UTF-8. */
    private fun isPaired(text: String, index: Int): Boolean =
      if (text[index].isHighSurrogate()) index + 1 < text.length && text[index + 1].isLowSurrogate()
      else index > 0 && text[index - 1].isHighSurrogate()
  }
}
