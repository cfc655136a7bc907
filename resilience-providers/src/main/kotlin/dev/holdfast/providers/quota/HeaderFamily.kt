package dev.holdfast.providers.quota

import dev.holdfast.providers.quota.QuotaDimension.INPUT_TOKENS
import dev.holdfast.providers.quota.QuotaDimension.OUTPUT_TOKENS
import dev.holdfast.providers.quota.QuotaDimension.PRIORITY_INPUT_TOKENS
import dev.holdfast.providers.quota.QuotaDimension.PRIORITY_OUTPUT_TOKENS
import dev.holdfast.providers.quota.QuotaDimension.PROJECT_TOKENS
import dev.holdfast.providers.quota.QuotaDimension.REQUESTS
import dev.holdfast.providers.quota.QuotaDimension.TOKENS
import dev.holdfast.providers.quota.QuotaDimension.UNIFIED

/**
 * Headers that tell limits in the same way. The names alone tell them apart, so that they are
 * understood from compatible providers and through proxies, too.
 *
 * @property pattern the name of a header, with `{part}` for `limit`, `remaining` or `reset`, and
 *   `{name}` for a dimension
 * @property refills whether what was used flows back all the time, not all at once at the reset
 */
internal enum class HeaderFamily(
  pattern: String,
  val refills: Boolean,
  dimensions: Map<String, QuotaDimension>,
) {
  ANTHROPIC(
    "anthropic-ratelimit-{name}-{part}",
    true,
    mapOf(
      "requests" to REQUESTS,
      "tokens" to TOKENS,
      "input-tokens" to INPUT_TOKENS,
      "output-tokens" to OUTPUT_TOKENS,
    ),
  ),
  ANTHROPIC_PRIORITY(
    "anthropic-priority-{name}-{part}",
    true,
    mapOf("input-tokens" to PRIORITY_INPUT_TOKENS, "output-tokens" to PRIORITY_OUTPUT_TOKENS),
  ),
  ANTHROPIC_UNIFIED("anthropic-ratelimit-{name}-{part}", false, mapOf("unified" to UNIFIED)),
  OPENAI(
    "x-ratelimit-{part}-{name}",
    false,
    mapOf("requests" to REQUESTS, "tokens" to TOKENS, "project-tokens" to PROJECT_TOKENS),
  ),
  OPENROUTER("x-ratelimit-{part}", false, mapOf("" to REQUESTS));

  /** The headers of each limit. Made once, because they are looked up in every response. */
  val limits: List<LimitHeaders> =
    dimensions.map { (name, dimension) ->
      val named = pattern.replace("{name}", name)
      LimitHeaders(
        dimension,
        limit = named.replace("{part}", "limit"),
        remaining = named.replace("{part}", "remaining"),
        reset = named.replace("{part}", "reset"),
      )
    }

  /** What a request of this estimate takes from a limit when it is admitted. */
  fun need(dimension: QuotaDimension, estimate: RequestEstimate): Long =
    when (dimension) {
      REQUESTS,
      UNIFIED -> 1
      INPUT_TOKENS,
      PRIORITY_INPUT_TOKENS -> estimate.inputTokens
      // Anthropic counts an answer while it writes it, whatever the request allows.
      OUTPUT_TOKENS,
      PRIORITY_OUTPUT_TOKENS -> 1
      TOKENS,
      PROJECT_TOKENS -> if (this == ANTHROPIC) estimate.inputTokens else estimate.tokens
    }

  /** What a small request takes from a limit of this size. */
  fun least(dimension: QuotaDimension, limit: Long): Long =
    when (dimension) {
      REQUESTS,
      UNIFIED -> 1
      else -> (limit / SMALL_PARTS).coerceIn(1, SMALL_TOKENS)
    }

  private companion object {
    /** The step to which Anthropic rounds the tokens that are left. */
    const val SMALL_TOKENS = 1000L
    const val SMALL_PARTS = 10L
  }
}

/** The names of the headers that tell one limit. */
internal class LimitHeaders(
  val dimension: QuotaDimension,
  val limit: String,
  val remaining: String,
  val reset: String,
)
