package dev.holdfast.providers.wait

import dev.holdfast.providers.time.Moment
import dev.holdfast.providers.time.Quantity
import dev.holdfast.providers.time.ResetTime
import java.time.Duration
import java.time.Instant
import java.util.function.Function

/** The limits whose state a response tells in its headers: how much is left, and its reset. */
internal object Limits {
  private class Limit(val remaining: String, val reset: String, val status: String? = null)

  /* The form of the last three is not verified: whatever they hold is read as any other reset. */
  private val limits: List<Limit> =
    listOf("requests", "tokens", "input-tokens", "output-tokens").map {
      Limit("anthropic-ratelimit-$it-remaining", "anthropic-ratelimit-$it-reset")
    } +
      listOf("input", "output").map {
        Limit("anthropic-priority-$it-tokens-remaining", "anthropic-priority-$it-tokens-reset")
      } +
      Limit(
        "anthropic-ratelimit-unified-remaining",
        "anthropic-ratelimit-unified-reset",
        "anthropic-ratelimit-unified-status",
      ) +
      listOf("requests", "tokens", "project-tokens").map {
        Limit("x-ratelimit-remaining-$it", "x-ratelimit-reset-$it")
      } +
      Limit("x-ratelimit-remaining", "x-ratelimit-reset") +
      Limit("ratelimit-remaining", "ratelimit-reset")

  /**
   * The longest reset of all limits with nothing left. A limit of which nothing says how much is
   * left counts only where no other one is known to be used up; one with something left never does,
   * as its reset is the time until it is full again.
   */
  fun longestReset(
    header: Function<String, String?>,
    date: Instant?,
    sane: (Duration) -> Boolean,
  ): Duration? {
    var known: Duration? = null
    var unknown: Duration? = null
    for (limit in limits) {
      val text = header.apply(limit.reset) ?: continue
      val reset = read(text, date)?.takeIf(sane) ?: continue
      val left = header.apply(limit.remaining)?.let { Quantity.decimal(it.trim()) }
      when {
        left == null -> if (mayBlock(limit, header)) unknown = maxOf(unknown ?: reset, reset)
        left <= 0 -> known = maxOf(known ?: reset, reset)
      }
    }
    return known ?: unknown
  }

  private fun mayBlock(limit: Limit, header: Function<String, String?>): Boolean =
    limit.status == null || !header.apply(limit.status).orEmpty().startsWith("allowed")

  private fun read(text: String, date: Instant?): Duration? =
    ResetTime.until(text, date)
      ?: if (Moment.ofUnix(text) == null) Quantity.number(text, Quantity.NANOS_PER_SECOND) else null
}
