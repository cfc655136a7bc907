package dev.holdfast.benchmarks

/** What a row came to. */
internal data class Result(
  val row: Row,
  val ours: Cost?,
  /** The peer that takes the least time; null if there is none. */
  val bestPeer: String?,
  val best: Cost?,
  /** Null if there is nothing to compare or no goal. */
  val met: Boolean?,
) {
  /** The best peer's time over ours. */
  val ratio: Double? = if (ours == null || best == null) null else best.nanos / ours.nanos
}

/** Compares the contenders of this row. */
internal fun Row.compare(costs: Map<Measured, Cost>): Result {
  val best = peers.minByOrNull { costs.getValue(it.measured).nanos }
  val bestCost = best?.let { costs.getValue(it.measured) }
  val oursCost = ours?.let(costs::getValue)
  return Result(
    this,
    oursCost,
    best?.name,
    bestCost,
    oursCost?.let { goal.met(it, bestCost, costs) },
  )
}

private fun Goal.met(ours: Cost, best: Cost?, costs: Map<Measured, Cost>): Boolean? =
  listOfNotNull(
      ratio?.let { best != null && best.nanos / ours.nanos >= it },
      nanos?.let { ours.nanos <= it },
      bytes?.let { ours.bytes <= it },
      notLarger?.let { ours.bytes <= costs.getValue(it.than).bytes + it.bytes },
      notSlower?.let { ours.nanos <= costs.getValue(it.than).nanos * it.tolerance },
    )
    .takeIf { it.isNotEmpty() }
    ?.all { it }
