package dev.holdfast.providers.quota

import dev.holdfast.throttle.QuotaReading
import java.time.Duration

/**
 * What the headers of one response say of one limit. Immutable.
 *
 * @property dimension what is limited
 * @property limit how much there is in all; null if that is not told
 * @property remaining how much of it was left; null if that is not told. Anthropic rounds tokens to
 *   thousands
 * @property resetsIn the time from the response until all of it is there again, zero if that had
 *   passed; null if that is not told, or told as a time of day by a response without `Date`
 */
public class Quota
internal constructor(
  private val family: HeaderFamily,
  public val dimension: QuotaDimension,
  public val limit: Long?,
  public val remaining: Long?,
  public val resetsIn: Duration?,
) {

  /**
   * What a throttle gate takes; null if the response does not tell enough. A limit that is not told
   * is taken to be what was left.
   *
   * Anthropic's limits refill all the time. Of one with nothing left, the reading tells no time
   * until it is full but that until there is enough for a small request: one of the requests, or
   * 1000 tokens, the step to which what is left is rounded, but never more than a tenth of the
   * tokens. So a gate is closed for a moment, not until the reset; [QuotaHeaders.waitFor] knows
   * larger requests.
   *
   * Without a reset, as Azure OpenAI sends it, nobody knows how long to stay away, so such a
   * reading closes no gate: of a limit with nothing left it says that one is left. It lowers the
   * headroom for [UNTOLD_RESET], so that less urgent work holds back. Where the limit is not told
   * either, there is a reading only if nothing was left.
   */
  public fun reading(): QuotaReading? {
    val left = remaining ?: return null
    if (resetsIn != null) {
      val wait = if (left == 0L) refill(resetsIn, family.least(dimension, limit ?: 1)) else resetsIn
      return QuotaReading(limit ?: left.coerceAtLeast(1), left, wait)
    }
    val all = limit ?: if (left == 0L) UNTOLD_LIMIT else return null
    return QuotaReading(all, left.coerceAtLeast(1), UNTOLD_RESET)
  }

  /** Whether a request is refused when nothing remains. Beyond the priority tier it is not. */
  internal val refuses: Boolean
    get() = family != HeaderFamily.ANTHROPIC_PRIORITY

  /** See [QuotaHeaders.waitFor]. */
  internal fun waitFor(estimate: RequestEstimate): Duration? {
    val need = family.need(dimension, estimate)
    if (limit != null && need > limit) return null
    val left = remaining ?: return Duration.ZERO
    val wait = resetsIn ?: return Duration.ZERO
    if (need <= left) return Duration.ZERO
    return refill(wait, need - left)
  }

  /** The part of the time until the reset in which so much flows back. */
  private fun refill(wait: Duration, amount: Long): Duration {
    val missing = if (limit == null) 0 else limit - (remaining ?: 0)
    if (!family.refills || missing <= amount) return wait
    return Duration.ofNanos((wait.toNanos() * (amount.toDouble() / missing)).toLong())
  }

  public companion object {
    /**
     * How long a reading without a reset counts: the longest of the windows of one to ten seconds
     * in which Azure OpenAI counts requests.
     */
    @JvmField public val UNTOLD_RESET: Duration = Duration.ofSeconds(10)

    private const val UNTOLD_LIMIT = 1000L
  }

  /** The numbers, which are no secret. */
  override fun toString(): String =
    "Quota[$dimension, limit=$limit, remaining=$remaining, resetsIn=$resetsIn]"
}
