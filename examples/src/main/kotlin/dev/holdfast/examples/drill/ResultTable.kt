package dev.holdfast.examples.drill

import java.util.Locale
import kotlin.time.Duration
import kotlin.time.DurationUnit

/** One line of the comparison: what is compared, and the two values. */
internal data class ResultRow(val label: String, val bare: String, val holdfast: String)

internal fun resultRows(result: DrillResult): List<ResultRow> {
  val scenario = result.scenario
  fun row(label: String, value: (RunSummary) -> String) =
    ResultRow(label, value(result.bareSummary), value(result.holdfastSummary))
  fun answered(label: String, kind: Answer) = row(label) { "${it.count(kind)}" }
  return listOf(
    row("calls") { "${it.answers.values.sum()}" },
    answered("answered by the primary, ${scenario.primary.name}", Answer.PRIMARY),
    answered("answered by the fallback, ${scenario.fallback.name}", Answer.FALLBACK),
    answered("degraded answers, marked as such", Answer.DEGRADED),
    answered("streams that broke after content, and were told", Answer.INTERRUPTED),
    answered("broken streams, taken for whole answers", Answer.TRUNCATED),
    answered("failed", Answer.FAILED),
    row("answered, but only after ${PATIENCE.inWholeSeconds} s") { "${it.late}" },
    row("latency, median") { it.p50.toSeconds() },
    row("latency, 99th percentile") { it.p99.toSeconds() },
    row("most calls in flight (healthy: ${result.holdfastSummary.healthyInFlight})") {
      "${it.maxInFlight}"
    },
    row("upstream calls wasted on a dead model") { "${it.wastedCalls}" },
  ) +
    scenario.models.map { model ->
      row("  of these on ${model.name}") { "${it.wasted.getValue(model.name).count}" }
    } +
    listOf(
      row("recovery to the primary's first answer") { it.recovery?.toSeconds() ?: "never" },
      row("a breaker's refusal, median, real time") { it.rejection?.toMicroseconds() ?: "-" },
      row("a whole call without a model, median, real time") {
        it.rejectedCall?.toMicroseconds() ?: "-"
      },
    )
}

/** What failed calls failed of, the most frequent reasons first. */
internal fun failureLines(result: DrillResult): List<String> =
  listOf(result.bare, result.holdfast).flatMap { run ->
    val reasons = run.calls.mapNotNull { it.failure }.groupingBy { it }.eachCount()
    reasons.entries
      .sortedByDescending { it.value }
      .take(3)
      .map { (reason, count) -> "${run.name}: $count calls failed with $reason" }
  }

internal fun table(rows: List<ResultRow>): String {
  val label = rows.maxOf { it.label.length }
  val heading = ResultRow("scenario time, unless it is said", "bare client", "Holdfast")
  val body = rows.map { it.toLine(label) }
  val head = heading.toLine(label)
  return (listOf(head, "-".repeat(head.length)) + body).joinToString("\n")
}

private fun ResultRow.toLine(width: Int): String =
  label.padEnd(width) + bare.padStart(14) + holdfast.padStart(12)

internal fun Duration.toSeconds(): String =
  "%.1f s".format(Locale.ROOT, toDouble(DurationUnit.SECONDS))

private fun Duration.toMicroseconds(): String =
  "%.1f us".format(Locale.ROOT, toDouble(DurationUnit.MICROSECONDS))
