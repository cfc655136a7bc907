package dev.holdfast.benchmarks

import java.math.BigDecimal
import java.math.MathContext
import kotlinx.serialization.json.Json
import kotlinx.serialization.json.addJsonObject
import kotlinx.serialization.json.buildJsonArray
import kotlinx.serialization.json.put

/** The comparison as a table of text. */
internal fun table(results: List<Result>): String {
  val head = listOf("path", "ours ns", "B", "best peer", "ns", "B", "ratio", "goal", "met")
  val body =
    results.map {
      listOf(
        it.row.path,
        nanos(it.ours),
        bytes(it.ours),
        it.bestPeer ?: "-",
        nanos(it.best),
        bytes(it.best),
        it.ratio?.let { ratio -> "${rounded(ratio)}x" } ?: "-",
        it.row.goal.toString(),
        it.met?.let { met -> if (met) "yes" else "NO" } ?: "-",
      )
    }
  return aligned(listOf(head) + body, left = setOf(0, 3, 7))
}

/** What each contender costs, those included that are not the best of any row. */
internal fun details(costs: Map<Measured, Cost>): String {
  val head = listOf("benchmark", "ns", "B", "M calls/s")
  val body =
    costs.map { (measured, cost) ->
      listOf("$measured", nanos(cost), bytes(cost), rounded(1_000 / cost.nanos))
    }
  return aligned(listOf(head) + body, left = setOf(0))
}

/** The comparison as JSON: what Holdfast does not have yet is null. */
internal fun json(results: List<Result>): String {
  val list = buildJsonArray {
    for (result in results) {
      addJsonObject {
        put("path", result.row.path)
        put("ours_ns", result.ours?.let { BigDecimal(rounded(it.nanos)) })
        put("ours_bytes", result.ours?.bytes)
        put("best_peer", result.bestPeer)
        put("best_peer_ns", result.best?.let { BigDecimal(rounded(it.nanos)) })
        put("best_peer_bytes", result.best?.bytes)
        put("ratio", result.ratio?.let { BigDecimal(rounded(it)) })
      }
    }
  }
  return Json { prettyPrint = true }.encodeToString(list) + "\n"
}

private fun nanos(cost: Cost?): String = cost?.let { rounded(it.nanos) } ?: "-"

private fun bytes(cost: Cost?): String = cost?.bytes?.toString() ?: "-"

/** Three digits that mean something, and no more than the measurement can tell. */
internal fun rounded(value: Double): String {
  val digits = BigDecimal(value).round(MathContext(3))
  return if (digits.scale() < 0) digits.setScale(0).toPlainString() else digits.toPlainString()
}

private fun aligned(rows: List<List<String>>, left: Set<Int>): String {
  val widths = rows.first().indices.map { column -> rows.maxOf { it[column].length } }
  return rows.joinToString("\n") { row ->
    row
      .mapIndexed { column, cell ->
        if (column in left) cell.padEnd(widths[column]) else cell.padStart(widths[column])
      }
      .joinToString("  ")
      .trimEnd()
  }
}
