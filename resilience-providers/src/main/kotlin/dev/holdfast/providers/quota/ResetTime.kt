package dev.holdfast.providers.quota

import java.time.DateTimeException
import java.time.Duration
import java.time.Instant
import java.time.OffsetDateTime
import java.time.ZonedDateTime
import java.time.format.DateTimeFormatter

/** The value of a header that tells when a limit is reset. The forms cannot be mistaken. */
internal object ResetTime {

  private val LONGEST: Duration = Duration.ofDays(31)
  private val part = Regex("(\\d{1,12}(?:\\.\\d{1,12})?)(ns|us|µs|μs|ms|s|m|h)")
  private val durationForm = Regex("(?:${part.pattern})+")
  private val epochForm = Regex("\\d{10,14}")
  private val unitNanos =
    mapOf("ns" to 1.0, "ms" to 1e6, "s" to 1e9, "m" to 60e9, "h" to 3600e9).withDefault { 1e3 }

  /**
   * The time until the reset, zero if it has passed; null if the text is not understood, or tells a
   * time of day and there is no [now], or is further away than any known limit.
   */
  fun until(text: String, now: Instant?): Duration? {
    if (text.length > LONGEST_TEXT) return null
    val left =
      when {
        durationForm.matches(text) -> duration(text)
        now == null -> null
        epochForm.matches(text) -> Duration.between(now, epoch(text.toLong()))
        else -> timestamp(text)?.let { Duration.between(now, it) }
      }
    return left?.takeIf { it <= LONGEST }?.coerceAtLeast(Duration.ZERO)
  }

  /** The `date` of a response; null if it is none. */
  fun date(text: String?): Instant? =
    parsed(text) { ZonedDateTime.parse(it, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant() }

  private fun timestamp(text: String): Instant? =
    parsed(text) { OffsetDateTime.parse(it).toInstant() }

  private fun duration(text: String): Duration? {
    val nanos =
      part.findAll(text).sumOf {
        it.groupValues[1].toDouble() * unitNanos.getValue(it.groupValues[2])
      }
    return if (nanos > Long.MAX_VALUE) null else Duration.ofNanos(nanos.toLong())
  }

  /** Seconds have ten digits until the year 2286, milliseconds thirteen. */
  private fun epoch(value: Long): Instant =
    if (value < FIRST_MILLIS) Instant.ofEpochSecond(value) else Instant.ofEpochMilli(value)

  private fun parsed(text: String?, parse: (String) -> Instant): Instant? =
    try {
      text?.let { parse(it.trim()) }
    } catch (unreadable: DateTimeException) {
      null
    }

  private const val LONGEST_TEXT = 64
  private const val FIRST_MILLIS = 100_000_000_000
}
