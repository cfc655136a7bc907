package dev.holdfast.examples.drill

import dev.holdfast.breaker.CircuitBreaker.State
import java.util.Locale
import kotlin.math.ceil
import kotlin.time.Duration
import kotlin.time.DurationUnit
import kotlinx.serialization.json.JsonArray
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive
import kotlinx.serialization.json.add
import kotlinx.serialization.json.buildJsonArray
import kotlinx.serialization.json.buildJsonObject
import kotlinx.serialization.json.put

/** How many seconds of the scenario one bar of the page stands for. */
private const val BUCKET = 2

/** How many seconds lie between two points of a line. */
private const val STEP = 0.5

/** What the report's page draws. All times are seconds of the scenario. */
internal class ReportData(private val result: DrillResult) {
  private val scenario = result.scenario
  private val end =
    maxOf(scenario.length, (result.bare.calls + result.holdfast.calls).maxOf { it.ended }).seconds

  fun json(): JsonObject = buildJsonObject {
    put("end", end)
    put("bucket", BUCKET)
    put("step", STEP)
    put("lead", lead(result))
    put("story", story(scenario))
    put("tiles", array(tiles(result), ::row))
    put("rows", array(resultRows(result), ::row))
    put("legend", array(legends(scenario), ::legend))
    put("models", array(scenario.models, ::model))
    put("runs", array(listOf(result.bare, result.holdfast), ::run))
  }

  private fun run(run: RunRecord): JsonObject = buildJsonObject {
    put("name", run.name)
    put("answers", array(perBucket(run), ::numbers))
    put("inFlight", numbers(sampled(inFlight(run.calls))))
    put("wasted", numbers(wastedPerBucket(run)))
    put("calls", array(run.calls, ::call))
    if (run.transitions.isNotEmpty()) put("breakers", breakers(run))
  }

  private fun call(call: CallRecord): JsonArray = buildJsonArray {
    add(call.due.seconds)
    add(call.latency.seconds)
    add(call.answer.ordinal)
  }

  private fun perBucket(run: RunRecord): List<List<Int>> {
    val counts = List(buckets()) { MutableList(Answer.entries.size) { 0 } }
    for (call in run.calls) counts[call.ended.bucket()][call.answer.ordinal]++
    return counts
  }

  private fun wastedPerBucket(run: RunRecord): List<Int> {
    val counts = MutableList(buckets()) { 0 }
    for (arrival in run.arrivals) {
      val condition = scenario.model(arrival.model)?.conditionAt(arrival.at)
      if (condition != null && condition.isDown) counts[arrival.at.bucket()]++
    }
    return counts
  }

  /** The most calls in each interval, so that no peak is lost between two points. */
  private fun sampled(changes: List<InFlight>): List<Int> {
    val points = MutableList(ceil(end / STEP).toInt() + 1) { 0 }
    var current = 0
    var next = 0
    for (i in points.indices) {
      points[i] = current
      while (next < changes.size && changes[next].at.seconds < (i + 1) * STEP) {
        current = changes[next++].calls
        points[i] = maxOf(points[i], current)
      }
    }
    return points
  }

  private fun breakers(run: RunRecord): JsonObject = buildJsonObject {
    for (model in scenario.models) {
      val transitions = run.transitions.filter { it.model == model.name }
      val starts = listOf(0.0 to State.CLOSED) + transitions.map { it.at.seconds to it.to }
      val ends = starts.drop(1).map { it.first } + end
      put(model.name, array(starts.zip(ends)) { (start, until) -> stretch(start, until) })
    }
  }

  private fun stretch(start: Pair<Double, State>, until: Double) = buildJsonObject {
    put("from", start.first)
    put("until", until)
    put("state", start.second.name.lowercase(Locale.ROOT))
  }

  private fun buckets() = ceil(end / BUCKET).toInt() + 1

  private fun Duration.bucket() = (seconds / BUCKET).toInt().coerceIn(0, buckets() - 1)
}

private fun model(model: ModelScenario): JsonObject = buildJsonObject {
  put("name", model.name)
  put("outages", array(model.outages, ::outage))
}

private fun outage(outage: Outage): JsonObject = buildJsonObject {
  put("from", outage.from.seconds)
  put("until", outage.until.seconds)
  put("condition", outage.condition.name.lowercase(Locale.ROOT))
}

private fun legend(legend: Legend): JsonObject = buildJsonObject {
  put("title", legend.title)
  put("entries", array(legend.entries) { (name, text) -> strings(name, text) })
}

private fun row(row: ResultRow): JsonObject = buildJsonObject {
  put("title", row.label)
  put("label", row.label)
  put("bare", row.bare)
  put("holdfast", row.holdfast)
}

private fun <T> array(items: Iterable<T>, toJson: (T) -> JsonElement) = JsonArray(items.map(toJson))

private fun numbers(items: List<Int>) = array(items) { JsonPrimitive(it) }

private fun strings(vararg items: String) = array(items.asList()) { JsonPrimitive(it) }

private val Duration.seconds: Double
  get() = toDouble(DurationUnit.MILLISECONDS).let { Math.round(it) / 1000.0 }
