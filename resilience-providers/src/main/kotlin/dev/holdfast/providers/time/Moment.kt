package dev.holdfast.providers.time

import java.time.DateTimeException
import java.time.Duration
import java.time.Instant
import java.time.OffsetDateTime
import java.time.ZonedDateTime
import java.time.format.DateTimeFormatter

/** Points in time as text. What is not understood is null, and nothing throws. */
internal object Moment {
  private const val FIRST_SECONDS = 1e9
  private const val FIRST_MILLIS = 1e11
  private const val LAST_MILLIS = 1e14

  /** An HTTP-date: `Wed, 21 Oct 2026 07:28:00 GMT`. */
  fun ofHttpDate(text: String): Instant? = read {
    ZonedDateTime.parse(text.trim(), DateTimeFormatter.RFC_1123_DATE_TIME).toInstant()
  }

  /** As RFC 3339 writes it: `2026-08-21T12:34:56Z`. */
  fun ofRfc3339(text: String): Instant? = read { OffsetDateTime.parse(text.trim()).toInstant() }

  /** Unix seconds or milliseconds; smaller numbers are no moments of this century. */
  fun ofUnix(text: String): Instant? {
    val number = Quantity.decimal(text.trim()) ?: return null
    return when {
      number < FIRST_SECONDS || number >= LAST_MILLIS -> null
      number < FIRST_MILLIS -> Instant.ofEpochMilli((number * 1000).toLong())
      else -> Instant.ofEpochMilli(number.toLong())
    }
  }

  /** The time until [moment] at the moment [now]; null if one of them is not known. */
  fun until(moment: Instant?, now: Instant?): Duration? =
    if (moment == null || now == null) null else read { Duration.between(now, moment) }

  private fun <T> read(block: () -> T): T? =
    try {
      block()
    } catch (unreadable: DateTimeException) {
      null
    } catch (absurd: ArithmeticException) {
      null
    }
}
