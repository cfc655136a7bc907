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
   */
  public fun reading(): QuotaReading? {
    val left = remaining ?: return null
    return QuotaReading(limit ?: left.coerceAtLeast(1), left, resetsIn ?: return null)
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
    if (!family.refills || limit == null || limit <= left) return wait
    val part = (need - left).toDouble() / (limit - left)
    return Duration.ofNanos((wait.toNanos() * part).toLong())
  }

  /** The numbers, which are no secret. */
  override fun toString(): String =
    "Quota[$dimension, limit=$limit, remaining=$remaining, resetsIn=$resetsIn]"
}
