package dev.holdfast.providers

import java.time.DateTimeException
import java.time.Duration
import java.time.ZonedDateTime
import java.time.format.DateTimeFormatter
import java.util.function.Function

/**
 * How long a provider asks to wait, from the headers of its response.
 *
 * Understood are `retry-after-ms` and `x-ms-retry-after-ms` (milliseconds), and `retry-after` in
 * seconds, whole or not, or as an HTTP-date (RFC 9110 §10.2.3). A date is compared with the `date`
 * of the same response, because the local clock may be off; without one it is ignored. So is
 * everything that is not understood, not positive, or longer than [LONGEST].
 */
public object WaitHints {

  /** Longer hints are taken for mistakes: the longest known is a month's end. */
  @JvmField public val LONGEST: Duration = Duration.ofDays(31)

  private val millisHeaders = listOf("retry-after-ms", "x-ms-retry-after-ms")

  /**
   * The wait that the headers ask for; null if they ask for none. Never throws.
   *
   * @param header looks a header up by its name in lower case; null if the response has none
   */
  @JvmStatic
  public fun of(header: Function<String, String?>): Duration? {
    for (name in millisHeaders) {
      header
        .apply(name)
        ?.let { millis -> ofNumber(millis, NANOS_PER_MILLI) }
        ?.let {
          return it
        }
    }
    val retryAfter = header.apply("retry-after")?.trim() ?: return null
    return ofNumber(retryAfter, NANOS_PER_SECOND) ?: ofDate(retryAfter, header.apply("date"))
  }

  private fun ofNumber(text: String, unitNanos: Double): Duration? {
    // Not everything that Kotlin takes for a number is one here: "1d", "0x1p3", "NaN".
    if (text.trim().any { it !in '0'..'9' && it != '.' }) return null
    val nanos = (text.trim().toDoubleOrNull() ?: return null) * unitNanos
    return if (nanos > Long.MAX_VALUE) null else Duration.ofNanos(nanos.toLong()).takeIfSane()
  }

  private fun ofDate(retryAfter: String, date: String?): Duration? =
    try {
      val now = ZonedDateTime.parse(date ?: "", DateTimeFormatter.RFC_1123_DATE_TIME)
      val then = ZonedDateTime.parse(retryAfter, DateTimeFormatter.RFC_1123_DATE_TIME)
      Duration.between(now, then).takeIfSane()
    } catch (unreadable: DateTimeException) {
      null
    } catch (absurd: ArithmeticException) {
      null
    }

  private fun Duration.takeIfSane(): Duration? = takeIf { it > Duration.ZERO && it <= LONGEST }

  private const val NANOS_PER_MILLI = 1e6
  private const val NANOS_PER_SECOND = 1e9
}
