package dev.holdfast.providers.request

/**
 * Reads through a JSON text once, checks that it is one, and notes where the members of its
 * outermost object are. It builds no tree, and its stack is bounded by [DEEPEST].
 *
 * Strict, because a request is rewritten at these places, and one that is no JSON must be left to
 * the provider to refuse. The scanner of error bodies is lenient instead.
 */
internal class StrictScanner(private val text: String) {

  val members: MutableList<JsonMember> = ArrayList()
  private var at = 0

  /** Where the next of them is, which is looked up when that is behind. */
  private var quote = -1
  private var backslash = -1

  /** Whether the text is JSON that is nested no deeper than [DEEPEST]. */
  fun scan(): Boolean {
    skipSpace()
    if (!value(0)) return false
    skipSpace()
    return at == text.length
  }

  private fun value(depth: Int): Boolean =
    when (peek()) {
      '{' -> depth < DEEPEST && members(depth)
      '[' -> depth < DEEPEST && elements(depth)
      '"' -> string()
      't' -> word("true")
      'f' -> word("false")
      'n' -> word("null")
      else -> number()
    }

  private fun members(depth: Int): Boolean {
    at++
    skipSpace()
    if (take('}')) return true
    do {
      skipSpace()
      if (!member(depth)) return false
      skipSpace()
    } while (take(','))
    return take('}')
  }

  private fun member(depth: Int): Boolean {
    val nameStart = at
    if (!string()) return false
    val nameEnd = at
    skipSpace()
    if (!take(':')) return false
    skipSpace()
    val start = at
    if (!value(depth + 1)) return false
    if (depth == 0) members += JsonMember(text, nameStart, nameEnd, start, at)
    return true
  }

  private fun elements(depth: Int): Boolean {
    at++
    skipSpace()
    if (take(']')) return true
    do {
      skipSpace()
      if (!value(depth + 1)) return false
      skipSpace()
    } while (take(','))
    return take(']')
  }

  /** Strings are most of a request, so they are not looked through character by character. */
  private fun string(): Boolean {
    if (!take('"')) return false
    while (at < text.length) {
      if (quote < at) quote = next('"')
      if (backslash < at) backslash = next('\\')
      at = minOf(quote, backslash) + 1
      if (quote < backslash) return true
      if (!escape()) return false
    }
    return false
  }

  private fun next(wanted: Char): Int {
    val found = text.indexOf(wanted, at)
    return if (found < 0) text.length else found
  }

  private fun escape(): Boolean {
    val escaped = peek()
    at++
    if (escaped != 'u') return escaped in "\"\\/bfnrt"
    repeat(4) {
      if (peek() !in HEX) return false
      at++
    }
    return true
  }

  private fun number(): Boolean {
    take('-')
    if (!take('0') && digits() == 0) return false
    if (take('.') && digits() == 0) return false
    if (take('e') || take('E')) {
      if (!take('+')) take('-')
      return digits() > 0
    }
    return true
  }

  private fun digits(): Int {
    val start = at
    while (peek() in '0'..'9') at++
    return at - start
  }

  private fun word(word: String): Boolean {
    if (!text.startsWith(word, at)) return false
    at += word.length
    return true
  }

  private fun skipSpace() {
    while (at < text.length && text[at] in " \t\r\n") at++
  }

  private fun take(wanted: Char): Boolean {
    if (peek() != wanted) return false
    at++
    return true
  }

  private fun peek(): Char = if (at < text.length) text[at] else NOTHING

  companion object {
    /** No request is nested like this; whatever is, is meant to exhaust a stack. */
    const val DEEPEST = 200

    private const val HEX = "0123456789abcdefABCDEF"
    private const val NOTHING = '\u0000'
  }
}
