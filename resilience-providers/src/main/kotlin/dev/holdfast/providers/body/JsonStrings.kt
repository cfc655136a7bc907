package dev.holdfast.providers.body

/** Strings as JSON writes them. */
internal object JsonStrings {

  /** At most [longest] characters of what stands between two quotes; never throws. */
  fun decode(text: String, start: Int, end: Int, longest: Int): String {
    val stop = minOf(end, start + longest)
    if ((start until stop).none { text[it] == '\\' }) return text.substring(start, stop)
    return buildString(stop - start) {
      var at = start
      while (at < stop) {
        val c = text[at++]
        if (c == '\\' && at < stop) at = escaped(text, at, stop, this) else append(c)
      }
    }
  }

  /** Appends what the escape at [at] stands for, and returns where it ends. */
  private fun escaped(text: String, at: Int, stop: Int, to: StringBuilder): Int {
    when (val c = text[at]) {
      'n' -> to.append('\n')
      't' -> to.append('\t')
      'r' -> to.append('\r')
      'b',
      'f' -> to.append(' ')
      'u' -> {
        val code = if (at + 5 <= stop) text.substring(at + 1, at + 5).toIntOrNull(16) else null
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
