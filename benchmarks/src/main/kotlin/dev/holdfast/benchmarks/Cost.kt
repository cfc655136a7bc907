package dev.holdfast.benchmarks

/** What one call costs: the time of all threads together divided by the calls of all of them. */
internal data class Cost(val nanos: Double, val bytes: Long)

/** The median: half of the values are smaller, half are larger. */
internal fun median(values: List<Double>): Double {
  require(values.isNotEmpty()) { "values must not be empty" }
  val sorted = values.sorted()
  val middle = sorted.size / 2
  return if (sorted.size % 2 == 1) sorted[middle] else (sorted[middle - 1] + sorted[middle]) / 2
}

/** The median of each of the two on its own, over several passes. */
internal fun medianCost(passes: List<Cost>): Cost =
  Cost(median(passes.map { it.nanos }), Math.round(median(passes.map { it.bytes.toDouble() })))
