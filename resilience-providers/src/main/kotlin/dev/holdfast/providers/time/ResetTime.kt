package dev.holdfast.providers.time

import java.time.Duration
import java.time.Instant

/** The value of a header that tells when a limit is reset. The forms cannot be mistaken. */
internal object ResetTime {

  /**
   * The time until the reset, negative if it has passed: of a duration as `6m0s`, of RFC 3339, or
   * of Unix seconds or milliseconds; null if the text is none of these, or tells a time of day and
   * there is no [now].
   */
  fun until(text: String, now: Instant?): Duration? =
    Quantity.withUnits(text) ?: Moment.until(Moment.ofRfc3339(text) ?: Moment.ofUnix(text), now)
}
