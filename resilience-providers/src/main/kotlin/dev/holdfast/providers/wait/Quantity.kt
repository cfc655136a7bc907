package dev.holdfast.providers.wait

import java.time.Duration

/** Amounts of time as text. What is not understood is null, and nothing throws. */
internal object Quantity {
  const val NANOS_PER_SECOND: Double = 1e9
  const val NANOS_PER_MILLI: Double = 1e6
  private const val LONGEST_NUMBER = 32

  private val units =
    mapOf(
      "ms" to 1e6,
      "millisecond" to 1e6,
      "s" to 1e9,
      "sec" to 1e9,
      "second" to 1e9,
      "m" to 60e9,
      "min" to 60e9,
      "minute" to 60e9,
      "h" to 3600e9,
      "hour" to 3600e9,
      "d" to 86400e9,
      "day" to 86400e9,
    )

  /** A plain decimal number of units: `30`, `1.5`; no sign, no exponent. */
  fun number(text: String, unitNanos: Double): Duration? =
    decimal(text.trim())?.let { nanos(it * unitNanos) }

  /** A decimal number; not everything that Kotlin takes for one: "1d", "0x1p3", "NaN". */
  fun decimal(text: String): Double? =
    if (text.length > LONGEST_NUMBER || text.any { it !in '0'..'9' && it != '.' }) null
    else text.toDoubleOrNull()

  /** Numbers with units and nothing else: `6m0s`, `12ms`, `1h2m3.5s`, `10.689924287s`. */
  fun withUnits(text: String): Duration? {
    val trimmed = text.trim()
    val (nanos, end) = sum(trimmed, 0) ?: return null
    return if (end == trimmed.length) nanos(nanos) else null
  }

  /** The number with its units that [text] goes on with at [start]: "1 minute 20 seconds, or". */
  fun leading(text: String, start: Int): Duration? = sum(text, start)?.let { nanos(it.first) }

  private fun sum(text: String, start: Int): Pair<Double, Int>? {
    var total = 0.0
    var end = start
    while (true) {
      val number = skip(text, end) { it == ' ' }
      val unit = skip(text, number) { it in '0'..'9' || it == '.' }
      val word = skip(text, unit) { it == ' ' }
      val after = skip(text, word) { it in 'a'..'z' }
      // The full stop of a sentence may follow the unit, but never the number.
      val amount = decimal(text.substring(number, unit))
      val scale =
        units[text.substring(word, after)] ?: units[text.substring(word, after).removeSuffix("s")]
      if (amount == null || scale == null) break
      total += amount * scale
      end = after
    }
    return if (end == start) null else total to end
  }

  private inline fun skip(text: String, from: Int, which: (Char) -> Boolean): Int {
    var at = from
    while (at < text.length && which(text[at])) at++
    return at
  }

  /** No duration is longer than a long of nanoseconds, which is some 292 years. */
  private fun nanos(nanos: Double): Duration? =
    if (nanos > Long.MAX_VALUE) null else Duration.ofNanos(nanos.toLong())
}
