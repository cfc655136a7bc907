package dev.holdfast.examples.drill

import kotlin.time.Duration

/** What the page says before it shows anything. */
internal fun lead(result: DrillResult): String {
  val scenario = result.scenario
  return "An application makes ${scenario.callsPerMinute} requests a minute to " +
    "${scenario.primary.name}. Then the model hangs for " +
    "${downtime(scenario.primary)} s. The same load was run with a bare Ktor client and with " +
    "Holdfast, ${result.scale.factor.toString().removeSuffix(".0")} times as fast as in life; " +
    "all times here are the scenario's."
}

internal fun story(scenario: Scenario): String {
  val down = scenario.primary.outages.first().from.toMinutes()
  val both = scenario.fallback.outages.first().from.toMinutes()
  return "At $down ${scenario.primary.name} stops answering. ${scenario.fallback.name} is well " +
    "until $both, when it goes down too: it hangs first and then answers 529 to everything. At " +
    "${scenario.primary.recovery?.toMinutes()} both are back. A third of the calls are streams; " +
    "later the primary cuts its streams for a while, and then stalls in them. The tint marks the outages, deeper " +
    "where both models are down. Both columns have the same scales; point at a chart to read it."
}

internal fun tiles(result: DrillResult): List<ResultRow> {
  val bare = result.bareSummary
  val holdfast = result.holdfastSummary
  fun tile(title: String, value: (RunSummary) -> Any) =
    ResultRow(title, value(bare).toString(), value(holdfast).toString())
  return listOf(
    tile("Cut answers taken for whole") { it.count(Answer.TRUNCATED) },
    tile("Failed, or took over ${PATIENCE.inWholeSeconds} s") { it.late + it.count(Answer.FAILED) },
    tile("Latency, 99th percentile") { it.p99.toSeconds() },
    tile("Most calls in flight") { it.maxInFlight },
    tile("Calls wasted on a dead model") { it.wastedCalls },
  )
}

/** What the colours of some charts mean, by the names that the style sheet gives them. */
internal data class Legend(val title: String, val entries: List<Pair<String, String>>)

internal fun legends(scenario: Scenario): List<Legend> =
  listOf(
    Legend(
      "Answers",
      listOf(
        "primary" to scenario.primary.name,
        "fallback" to scenario.fallback.name,
        "degraded" to "degraded, and marked as such",
        "interrupted" to "a stream that broke, and was told",
        "truncated" to "a broken stream taken for whole",
        "failed" to "failed",
      ),
    ),
    Legend(
      "Models",
      listOf(
        "up" to "works",
        "hanging" to "hangs",
        "overloaded" to "answers 529",
        "cutting" to "cuts streams",
        "stalling" to "stalls in streams",
      ),
    ),
    Legend(
      "Breakers",
      listOf(
        "closed" to "closed",
        "open" to "open: refuses calls",
        "half_open" to "half open: one probe is out",
      ),
    ),
  )

private fun downtime(model: ModelScenario): Long =
  model.outages.sumOf { (it.until - it.from).inWholeSeconds }

private fun Duration.toMinutes(): String = toClock().substringBefore('.')
