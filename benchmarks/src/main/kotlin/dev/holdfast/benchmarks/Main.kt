@file:JvmName("Main")

package dev.holdfast.benchmarks

import java.nio.file.Files
import java.nio.file.Path
import kotlin.time.Duration.Companion.seconds
import kotlin.time.TimeSource

/**
 * Runs the comparison: `Main <directory for the results> [--quick <seconds>]`. A quick run makes as
 * many passes as fit into the seconds, at least one and at most those of [Effort.QUICK].
 */
public fun main(arguments: Array<String>) {
  val directory = Path.of(arguments.first())
  val quick = arguments.getOrNull(1) == "--quick"
  val until = if (quick) TimeSource.Monotonic.markNow() + arguments[2].toInt().seconds else null

  val effort = if (quick) Effort.QUICK else Effort.FULL
  showProgress("calls of a Ktor client")
  val client = ClientCalls().use { ClientComparison.measure(it, effort) }
  val measurement = measure(Comparison.measured, effort, until, ::showProgress)
  showProgress("")
  val costs = measurement.costs + client
  val results = (Comparison.rows + ClientComparison.rows).map { it.compare(costs) }

  val report = listOf(title(quick, measurement), table(results), baselines(costs))
  println(report.joinToString("\n\n"))
  Files.createDirectories(directory)
  Files.writeString(directory.resolve("ratios.json"), json(results))
  Files.writeString(
    directory.resolve("report.txt"),
    (report + details(costs)).joinToString("\n\n", postfix = "\n"),
  )
}

private fun title(quick: Boolean, measurement: Measurement): String {
  val machine = "${Runtime.getRuntime().availableProcessors()} processors, JDK ${Runtime.version()}"
  val kind = if (quick) "QUICK run, rough numbers" else "full run"
  val others =
    measurement.disturbance?.let { "; other processes kept %.1f of them busy".format(it) }.orEmpty()
  val passes =
    if (measurement.passes == 1) "one pass only" else "medians over ${measurement.passes} passes"
  return "$kind: $passes; $machine$others\n" +
    "ns and bytes of one call; with several threads, the time of all divided by the calls of all"
}

private fun baselines(costs: Map<Measured, Cost>): String =
  Comparison.baselines.joinToString("; ", prefix = "nothing around the call: ") {
    "${it.name} ${rounded(costs.getValue(it.measured).nanos)} ns"
  }

/** Overwrites itself, and is silent where nobody watches. */
private fun showProgress(line: String) {
  if (System.console() != null) System.err.print("\r\u001b[K$line")
}
