package dev.holdfast.providers.request

/** One spelling for each whole number. */
internal object CanonicalNumber {
  private const val MOST_DIGITS = 40
  private const val LONGEST = 64

  /** A number's spelling, or the word itself if it is none. */
  fun of(word: String): String {
    if (word.length > LONGEST || word != "-0" && word.none { it in ".eE" }) return word
    val number = word.toBigDecimalOrNull()?.stripTrailingZeros() ?: return word
    val isShort = number.precision().toLong() - number.scale() <= MOST_DIGITS
    return if (number.scale() <= 0 && isShort) number.toPlainString() else word
  }
}
