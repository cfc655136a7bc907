package dev.holdfast.examples.drill

import java.nio.file.Path
import java.util.logging.LogManager
import kotlin.system.exitProcess
import kotlinx.coroutines.runBlocking

/** Runs the drill, and exits with 1 if Holdfast did not do what it promises, with 2 on bad use. */
public fun main(arguments: Array<String>) {
  // The drill shows the breakers' transitions itself, so that the log need not.
  LogManager.getLogManager().reset()
  exitProcess(runBlocking { run(Arguments.parse(arguments.toList())) })
}

private suspend fun run(arguments: Arguments): Int =
  when (arguments) {
    is Arguments.Run -> drill(arguments.scale)
    is Arguments.Live -> live()
    is Arguments.Help -> 0.also { println(Arguments.USAGE) }
    is Arguments.Wrong -> {
      System.err.println("drill: ${arguments.reason}\n\n${Arguments.USAGE}")
      2
    }
  }

private suspend fun drill(scale: TimeScale): Int {
  val console = Console(System.out, System.getProperty("drill.terminal").toBoolean())
  val scenario = Scenario.standard
  introduction(scenario, scale).forEach(console::line)
  val drill = Drill(scenario, scale, console)
  drill.rehearse()
  val result = drill.run()
  console.status("")
  val page = writeReport(result, Path.of(System.getProperty("drill.output", OUTPUT)))
  conclusion(result, page).forEach(console::line)
  val violations = violations(scenario, result.holdfastSummary)
  violations.forEach { System.err.println("VIOLATED: $it") }
  if (violations.isEmpty()) console.line(KEPT)
  return if (violations.isEmpty()) 0 else 1
}

private suspend fun live(): Int {
  val settings = LiveSettings.from(System.getenv())
  if (settings == null) {
    System.err.println(LiveSettings.NO_KEY)
    return 2
  }
  return if (makeLiveCalls(settings, System.out)) 0 else 1
}

private fun introduction(scenario: Scenario, scale: TimeScale): List<String> =
  listOf(
    "${scenario.callsPerMinute} calls a minute to ${scenario.primary.name}, " +
      "${scenario.length.toClock()} minutes of scenario, " +
      "${scale.factor.toString().removeSuffix(".0")} times as fast as in life.",
    "It runs twice: with a bare Ktor client, then with Holdfast.",
  )

private fun conclusion(result: DrillResult, page: Path): List<String> =
  listOf("", table(resultRows(result)), "") +
    failureLines(result) +
    "Look at it: ${page.toAbsolutePath().toUri()}"

private const val OUTPUT = "examples/target/drill"
