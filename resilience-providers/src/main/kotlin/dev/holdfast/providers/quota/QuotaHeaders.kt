package dev.holdfast.providers.quota

import dev.holdfast.providers.time.Moment
import dev.holdfast.providers.time.ResetTime
import dev.holdfast.providers.wait.WaitHints
import dev.holdfast.throttle.QuotaReading
import java.time.Duration
import java.time.Instant
import java.util.function.Function

/**
 * What the headers of one response say of the limits of its account. Immutable; the times count
 * from the response.
 *
 * Understood are Anthropic's `anthropic-ratelimit-*` and `anthropic-priority-*` with resets in RFC
 * 3339, its `anthropic-ratelimit-unified-reset` in Unix seconds, `x-ratelimit-*-requests`,
 * `-tokens` and `-project-tokens` of OpenAI, Azure OpenAI and many that are compatible with them,
 * with resets as durations such as `6m0s` or none, and OpenRouter's bare `x-ratelimit-*`, whose
 * reset is believed to be in Unix milliseconds: the digits decide, and a number too small to be a
 * date is ignored. Gemini, Vertex AI and Bedrock send no such headers.
 *
 * A reset that is a time of day is compared with the `Date` of the same response, because the local
 * clock may be off; without one it is not known. What is not understood is ignored.
 *
 * @property quotas the limits of which the response says something; empty if it says nothing
 */
public class QuotaHeaders private constructor(public val quotas: List<Quota>) {

  /**
   * The reading for `ThrottleGate.read`: that of the limit of which the smallest part is left, and
   * of several with nothing left, of the one that is reset last. One whose reset is told comes
   * before all others where nothing is left; without a reset, as Azure OpenAI sends it, a reading
   * closes no gate, and one that refills all the time closes it for a moment ([Quota.reading]).
   * Null if no limit is told well enough.
   *
   * The priority tier is left out, because beyond it requests are served all the same.
   */
  public fun tightest(): QuotaReading? =
    quotas
      .filter { it.refuses }
      .mapNotNull { it.reading() }
      .minWithOrNull(compareBy<QuotaReading> { it.headroom() }.thenByDescending { it.resetsIn() })

  /**
   * How long to wait before a request of this size fits, counted from the response; zero if it fits
   * at once, null if it is larger than a limit, so that no wait is enough. For
   * `ThrottleGate.closeFor` or the choice of another model.
   *
   * Anthropic's limits refill all the time, so the wait is the part of the time until the reset in
   * which enough flows back; others are taken to come back at the reset. A limit that is not told
   * in full holds nothing back: the provider will say so itself. All of it is as rough as the
   * [estimate].
   */
  public fun waitFor(estimate: RequestEstimate): Duration? {
    var longest = Duration.ZERO
    for (quota in quotas) {
      if (quota.refuses) longest = maxOf(longest, quota.waitFor(estimate) ?: return null)
    }
    return longest
  }

  /** The numbers, which are no secret. */
  override fun toString(): String = "QuotaHeaders$quotas"

  public companion object {
    private const val LONGEST_NUMBER = 18
    private val BEGINNINGS = arrayOf("anthropic-ratelimit-", "anthropic-priority-", "x-ratelimit-")

    /**
     * Whether a header of this name is one of those that are read here: for those who know what
     * headers a response has, as many more are looked up than most responses have.
     *
     * @param name in any case
     */
    @JvmStatic
    public fun isOne(name: String): Boolean =
      BEGINNINGS.any { name.startsWith(it, ignoreCase = true) }

    /**
     * Reads the headers of a response. Never throws by itself.
     *
     * @param header looks a header up by its name in lower case; null if the response has none
     */
    @JvmStatic
    public fun of(header: Function<String, String?>): QuotaHeaders {
      val now = header.apply("date")?.let(Moment::ofHttpDate)
      val quotas = mutableListOf<Quota>()
      for (family in HeaderFamily.entries) {
        for (names in family.limits) quota(family, names, header, now)?.let { quotas += it }
      }
      return QuotaHeaders(quotas)
    }

    private fun quota(
      family: HeaderFamily,
      names: LimitHeaders,
      header: Function<String, String?>,
      now: Instant?,
    ): Quota? {
      val limit = number(header.apply(names.limit)?.trim())?.takeIf { it > 0 }
      val remaining = number(header.apply(names.remaining)?.trim())
      val resetsIn = header.apply(names.reset)?.let { resetsIn(it.trim(), now) }
      if (limit == null && remaining == null && resetsIn == null) return null
      return Quota(family, names.dimension, limit, remaining, resetsIn)
    }

    /** Zero if it has passed; null if it is further away than any known limit. */
    private fun resetsIn(text: String, now: Instant?): Duration? =
      ResetTime.until(text, now)?.takeIf { it <= WaitHints.LONGEST }?.coerceAtLeast(Duration.ZERO)

    private fun number(text: String?): Long? =
      text
        ?.takeIf { it.length <= LONGEST_NUMBER && it.all { digit -> digit in '0'..'9' } }
        ?.toLongOrNull()
  }
}

private fun QuotaReading.headroom(): Double = remaining().toDouble() / limit()
