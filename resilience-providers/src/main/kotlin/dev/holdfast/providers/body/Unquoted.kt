package dev.holdfast.providers.body

import java.util.Locale

/** A message without what it quotes. */
internal object Unquoted {
  private const val QUOTES = "\"'"

  /** The message in lower case without what it quotes. */
  fun words(message: String): String = of(message).lowercase(Locale.ROOT)

  /**
   * Leaves out what stands in quotes: providers quote what the caller sent, which must not be taken
   * for their own words. An apostrophe is no quote, nor is a quote that is never closed.
   */
  fun of(message: String): String {
    if (message.none { it in QUOTES }) return message
    val unclosed = BooleanArray(QUOTES.length)
    return buildString(message.length) {
      var at = 0
      while (at < message.length) {
        val c = message[at]
        val quote = QUOTES.indexOf(c)
        val opens = quote >= 0 && !unclosed[quote] && isEdge(message, at - 1)
        val close = if (opens) closing(message, c, at + 1) else -1
        if (opens && close < 0) unclosed[quote] = true
        append(c)
        at = if (close < 0) at + 1 else close
        if (close >= 0) {
          append(c)
          at++
        }
      }
    }
  }

  private fun closing(message: String, quote: Char, from: Int): Int {
    var at = message.indexOf(quote, from)
    while (at >= 0 && !isEdge(message, at + 1)) at = message.indexOf(quote, at + 1)
    return at
  }

  private fun isEdge(message: String, at: Int): Boolean =
    at < 0 || at >= message.length || !message[at].isLetterOrDigit()
}
