package dev.holdfast.examples.drill

import java.util.Locale
import kotlin.time.Duration
import kotlin.time.DurationUnit
import kotlinx.serialization.json.Json
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.buildJsonObject
import kotlinx.serialization.json.put
import kotlinx.serialization.json.putJsonObject

/** The summary as JSON. Milliseconds are of scenario time, microseconds of real time. */
internal fun summaryJson(result: DrillResult): JsonObject = buildJsonObject {
  put("bare", runJson(result.bareSummary))
  put("holdfast", runJson(result.holdfastSummary))
  put("factor", result.scale.factor)
}

internal fun JsonObject.pretty(): String =
  Json { prettyPrint = true }.encodeToString(JsonObject.serializer(), this) + "\n"

private fun runJson(run: RunSummary): JsonObject = buildJsonObject {
  for ((answer, count) in run.answers) put(answer.name.lowercase(Locale.ROOT), count)
  put("p50_ms", run.p50.inWholeMilliseconds)
  put("p99_ms", run.p99.inWholeMilliseconds)
  put("max_in_flight", run.maxInFlight)
  put("wasted_upstream_calls", run.wastedCalls)
  put("recovery_ms", run.recovery?.inWholeMilliseconds)
  put("late", run.late)
  put("healthy_max_in_flight", run.healthyInFlight)
  put("upstream_calls", run.upstreamCalls)
  put("rejection_us", run.rejection?.inMicroseconds())
  put("rejected_call_us", run.rejectedCall?.inMicroseconds())
  putJsonObject("wasted_by_model") {
    run.wasted.forEach { (model, wasted) -> put(model, wastedJson(wasted)) }
  }
}

private fun wastedJson(wasted: WastedCalls): JsonObject = buildJsonObject {
  put("count", wasted.count)
  put("threshold", wasted.threshold)
  put("probes", wasted.probes)
  put("in_flight_at_opening", wasted.inFlightAtOpening)
}

private fun Duration.inMicroseconds(): Double = toDouble(DurationUnit.MICROSECONDS)
