package dev.holdfast.providers.time

import java.time.Duration

/** Amounts of time as text. What is not understood is null, and nothing throws. */
internal object Quantity {
  const val NANOS_PER_SECOND: Double = 1e9
  const val NANOS_PER_MILLI: Double = 1e6
  private const val LONGEST_NUMBER = 32

  private const val LONGEST_TEXT = 64
  private const val MICRO = "\u00b5\u03bc"

  private val units =
    mapOf(
      "ns" to 1.0,
      "us" to 1e3,
      "\u00b5s" to 1e3,
      "\u03bcs" to 1e3,
      "ms" to 1e6,
      "s" to 1e9,
      "m" to 60e9,
      "h" to 3600e9,
    )

  private val words =
    units +
      mapOf(
        "millisecond" to 1e6,
        "sec" to 1e9,
        "second" to 1e9,
        "min" to 60e9,
        "minute" to 60e9,
        "hour" to 3600e9,
        "d" to 86400e9,
        "day" to 86400e9,
      )

  /** A plain decimal number of units: `30`, `1.5`; no sign, no exponent. */
  fun number(text: String, unitNanos: Double): Duration? =
    decimal(text.trim())?.let { nanos(it * unitNanos) }

  /** A decimal number; not everything that Kotlin takes for one: "1d", "0x1p3", "NaN". */
  fun decimal(text: String): Double? =
    if (text.length > LONGEST_NUMBER || text.endsWith('.') || !text.all(::isOfNumber)) null
    else text.toDoubleOrNull()

  /** Numbers with units and nothing else, as Go writes them: `6m0s`, `12ms`, `1h2m3.5s`. */
  fun withUnits(text: String): Duration? {
    val trimmed = text.trim()
    if (trimmed.length > LONGEST_TEXT) return null
    val (nanos, end) = sum(trimmed, 0, units) { false } ?: return null
    return if (end == trimmed.length) nanos(nanos) else null
  }

  /** The number with its units that [text] goes on with at [start]: "1 minute 20 seconds, or". */
  fun leading(text: String, start: Int): Duration? =
    sum(text, start, words) { it == ' ' }?.let { nanos(it.first) }

  private inline fun sum(
    text: String,
    start: Int,
    units: Map<String, Double>,
    blank: (Char) -> Boolean,
  ): Pair<Double, Int>? {
    var total = 0.0
    var end = start
    while (true) {
      val number = skip(text, end, blank)
      val unit = skip(text, number, ::isOfNumber)
      val word = skip(text, unit, blank)
      val after = skip(text, word) { it in 'a'..'z' || it in MICRO }
      // The full stop of a sentence may follow the unit, but never the number.
      val amount = decimal(text.substring(number, unit))
      val name = text.substring(word, after)
      val scale = units[name] ?: units[name.removeSuffix("s")].takeIf { units === words }
      if (amount == null || scale == null) break
      total += amount * scale
      end = after
    }
    return if (end == start) null else total to end
  }

  private fun isOfNumber(char: Char): Boolean = char in '0'..'9' || char == '.'

  private inline fun skip(text: String, from: Int, which: (Char) -> Boolean): Int {
    var at = from
    while (at < text.length && which(text[at])) at++
    return at
  }

  /** No duration is longer than a long of nanoseconds, which is some 292 years. */
  private fun nanos(nanos: Double): Duration? =
    if (nanos > Long.MAX_VALUE) null else Duration.ofNanos(nanos.toLong())
}
