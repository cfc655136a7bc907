package dev.holdfast.providers.body

/**
 * Hands out the fields of a JSON text that are of interest. It looks at each character once, keeps
 * nothing of what it skips, and is never deeper in calls than a few, however deep the text is.
 *
 * Lenient, because an error must be understood that breaks off or was put together by a proxy: it
 * takes what it can get, and what it skips need not be JSON. The scanner of requests is strict, as
 * it must not change a text that is none, so the two have no rule of reading in common.
 */
internal class LenientScanner(
  private val text: CharSequence,
  private val end: Int,
  private val findings: Findings,
) {
  /** Where each open object or list is, by the ordinal of its place. */
  private val places = ByteArray(DEEPEST)
  /** A bit for each that is an object. */
  private var objects = 0
  private var depth = 0
  private var position = 0

  /** Reads the object or the list that starts at [start]; whether it came to its end. */
  fun scan(start: Int): Boolean {
    position = start
    open(Place.ROOT)
    while (depth > 0) {
      skip { it <= ' ' || it == ',' }
      if (position >= end) return false
      if (text[position] == '}' || text[position] == ']') {
        position++
        depth--
      } else if (!member()) return false
    }
    return true
  }

  private fun open(place: Place) {
    places[depth] = place.ordinal.toByte()
    val bit = 1 shl depth
    objects = if (text[position] == '{') objects or bit else objects and bit.inv()
    depth++
    position++
  }

  /** A key with its value, or an element of a list; false if the text is broken. */
  private fun member(): Boolean {
    val place = Place.entries[places[depth - 1].toInt()]
    val key = if (isInObject()) key() ?: return false else ""
    skip { it <= ' ' }
    if (position >= end) return false
    return when (text[position]) {
      '{',
      '[' -> container(place, key)
      '"' -> string(place, key)
      ',',
      ':',
      '}',
      ']' -> false
      else -> scalar(place, key)
    }
  }

  private fun isInObject() = objects and (1 shl (depth - 1)) != 0

  private fun key(): String? {
    if (text[position] != '"') return null
    val start = position + 1
    if (!skipString()) return null
    val key = Place.key(text, start, position - 1)
    skip { it <= ' ' }
    if (position >= end || text[position] != ':') return null
    position++
    return key
  }

  private fun container(place: Place, key: String): Boolean {
    val part = if (key.isEmpty() && !isInObject()) place else place.part(key)
    if (part != null && depth < DEEPEST) {
      open(part)
      return true
    }
    // A block of an answer that has parts, such as a call of a tool, is never empty.
    if (place == Place.BLOCK) findings.found(place, Field.CONTENT, SOMETHING)
    return skipContainer()
  }

  private fun skipContainer(): Boolean {
    var open = 0
    while (position < end) {
      when (text[position]) {
        '"' -> {
          if (!skipString()) return false
          continue
        }
        '{',
        '[' -> open++
        '}',
        ']' -> open--
      }
      position++
      if (open == 0) return true
    }
    return false
  }

  private fun string(place: Place, key: String): Boolean {
    val start = position + 1
    val whole = skipString()
    val field = place.field(key)
    if (field != null) {
      val stop = if (whole) position - 1 else end
      findings.found(place, field, valueOf(field, start, stop))
    }
    return whole
  }

  /** Of content it is told that there is some, but not what. */
  private fun valueOf(field: Field, start: Int, stop: Int): String =
    if (field != Field.CONTENT) JsonStrings.decode(text, start, stop, LONGEST_VALUE)
    else if (start < stop) SOMETHING else ""

  private fun scalar(place: Place, key: String): Boolean {
    val start = position
    skip { it > ' ' && it != ',' && it != '}' && it != ']' }
    val field = place.field(key)
    val isTold = field != null && position - start <= LONGEST_SCALAR
    if (isTold && !isWord("null", start) && !isWord("false", start)) {
      findings.found(place, field, text.substring(start, position))
    }
    return true
  }

  private fun isWord(word: String, start: Int) =
    position - start == word.length && text.startsWith(word, start)

  /** Moves past a string; false if it does not end. */
  private fun skipString(): Boolean {
    position++
    while (position < end) {
      position = quoteOrBackslash()
      if (position < end && text[position++] == '"') return true
      position++
    }
    position = end
    return false
  }

  /** Strings are most of an answer, whose bytes are best looked at by themselves. */
  private fun quoteOrBackslash(): Int {
    if (text is Utf8Text) return text.quoteOrBackslash(position, end)
    var at = position
    while (at < end && text[at] != '"' && text[at] != '\\') at++
    return at
  }

  private inline fun skip(which: (Char) -> Boolean) {
    while (position < end && which(text[position])) position++
  }

  private companion object {
    /** The deepest field of interest lies at nine. */
    const val DEEPEST = 16
    const val LONGEST_VALUE = 4096
    const val LONGEST_SCALAR = 40
    const val SOMETHING = "?"
  }
}
