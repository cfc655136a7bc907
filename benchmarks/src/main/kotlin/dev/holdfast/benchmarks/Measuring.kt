package dev.holdfast.benchmarks

import java.util.regex.Pattern
import kotlin.time.Duration
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.minutes
import kotlin.time.Duration.Companion.seconds
import kotlin.time.TimeMark
import kotlin.time.TimeSource
import org.openjdk.jmh.annotations.Mode
import org.openjdk.jmh.profile.GCProfiler
import org.openjdk.jmh.results.Result as JmhResult
import org.openjdk.jmh.runner.Runner
import org.openjdk.jmh.runner.options.OptionsBuilder
import org.openjdk.jmh.runner.options.TimeValue
import org.openjdk.jmh.runner.options.VerboseMode

/** How long the measurement takes, and so how far its numbers can be trusted. */
internal data class Effort(
  val passes: Int,
  val warmups: Int,
  val iterations: Int,
  val iteration: Duration,
  /** How long contenders take turns in one process. */
  val turns: Duration,
) {
  companion object {
    val QUICK: Effort =
      Effort(
        passes = 3,
        warmups = 4,
        iterations = 3,
        iteration = 150.milliseconds,
        turns = 12.seconds,
      )
    val FULL: Effort =
      Effort(passes = 5, warmups = 5, iterations = 5, iteration = 1.seconds, turns = 1.minutes)
  }
}

/** What was measured. */
internal data class Measurement(
  val passes: Int,
  val costs: Map<Measured, Cost>,
  /** How many processors other processes kept busy meanwhile; null where that is not known. */
  val disturbance: Double?,
)

/**
 * Measures everything in several passes, in a process of its own for each benchmark and pass, so
 * that whatever disturbs the machine for a while disturbs all contenders of a row alike.
 *
 * @param until no pass begins that, by the time the one before took, would end later
 */
internal fun measure(
  benchmarks: List<Measured>,
  effort: Effort,
  until: TimeMark?,
  progress: (String) -> Unit,
): Measurement {
  val quiet = Disturbance.start()
  val passes = mutableListOf<Map<Measured, Cost>>()
  var longest = Duration.ZERO
  while (passes.size < effort.passes && fits(longest, until)) {
    val start = TimeSource.Monotonic.markNow()
    passes +=
      benchmarks.withIndex().associate { (index, measured) ->
        progress("pass ${passes.size + 1}, ${index + 1} of ${benchmarks.size}: $measured")
        measured to measureOnce(measured, effort)
      }
    longest = maxOf(longest, start.elapsedNow())
  }
  val costs = benchmarks.associateWith { each -> medianCost(passes.map { it.getValue(each) }) }
  return Measurement(passes.size, costs, quiet?.processors())
}

private fun fits(pass: Duration, until: TimeMark?): Boolean =
  until == null || pass == Duration.ZERO || (until - pass).hasNotPassedNow()

private fun measureOnce(measured: Measured, effort: Effort): Cost {
  val iteration = TimeValue.milliseconds(effort.iteration.inWholeMilliseconds)
  val options =
    OptionsBuilder()
      .include("^" + Pattern.quote("dev.holdfast.benchmarks.${measured.benchmark}") + "$")
      .threads(measured.threads)
      .mode(Mode.Throughput)
      .forks(1)
      .jvmArgsAppend("-Xms256m", "-Xmx256m")
      .warmupIterations(effort.warmups)
      .warmupTime(iteration)
      .measurementIterations(effort.iterations)
      .measurementTime(iteration)
      .addProfiler(GCProfiler::class.java)
      .shouldFailOnError(true)
      .verbosity(VerboseMode.SILENT)
      .build()
  val result = Runner(options).runSingle()
  val callsPerSecond = middle(result.primaryResult)
  val bytes = middle(result.secondaryResults.getValue("gc.alloc.rate.norm"))
  return Cost(nanos = 1e9 / callsPerSecond, bytes = Math.round(bytes))
}

/** The median of the iterations. */
private fun middle(result: JmhResult<*>): Double = result.statistics.getPercentile(50.0)
