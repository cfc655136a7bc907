package dev.holdfast.examples.drill

import kotlin.math.ceil

/**
 * The smallest of these values that at least the share [p] of them does not exceed (the nearest
 * rank), or null if there are none.
 */
internal fun <T : Comparable<T>> Collection<T>.percentile(p: Double): T? {
  require(p > 0 && p <= 1) { "p must be in (0, 1], but was $p" }
  if (isEmpty()) return null
  return sorted()[ceil(p * size).toInt() - 1]
}
