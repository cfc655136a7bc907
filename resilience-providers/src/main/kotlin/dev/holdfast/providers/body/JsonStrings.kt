package dev.holdfast.providers.body

/** Strings as JSON writes them. */
internal object JsonStrings {

  /** At most [longest] characters of what stands between two quotes; never throws. */
  fun decode(text: CharSequence, start: Int, end: Int, longest: Int): String {
    val written = text.substring(start, minOf(end, start + longest))
    return if ('\\' in written) unescaped(written) else written
  }

  private fun unescaped(text: String): String =
    buildString(text.length) {
      var at = 0
      while (at < text.length) {
        val c = text[at++]
        if (c == '\\' && at < text.length) at = escaped(text, at, this) else append(c)
      }
    }

  /** Appends what the escape at [at] stands for, and returns where it ends. */
  private fun escaped(text: String, at: Int, to: StringBuilder): Int {
    when (val c = text[at]) {
      'n' -> to.append('\n')
      't' -> to.append('\t')
      'r' -> to.append('\r')
      'b',
      'f' -> to.append(' ')
      'u' -> {
        val code =
          if (at + 5 <= text.length) text.substring(at + 1, at + 5).toIntOrNull(16) else null
        if (code != null && code >= 0) {
          to.append(code.toChar())
          return at + 5
        }
      }
      else -> to.append(c)
    }
    return at + 1
  }
}
