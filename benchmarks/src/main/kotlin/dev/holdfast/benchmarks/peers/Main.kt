@file:JvmName("Main")

package dev.holdfast.benchmarks.peers

import java.util.logging.Level
import java.util.logging.Logger
import kotlin.system.exitProcess

/** Prints what each library does in each situation, as it was seen in this run. */
public fun main() {
  Logger.getLogger("dev.holdfast").level = Level.OFF
  print(table(listOf(HoldfastLibrary, Resilience4jLibrary, FailsafeLibrary, ArrowLibrary)))
  // Threads that a lost permit still waits on keep nobody waiting.
  System.out.flush()
  exitProcess(0)
}

internal fun table(libraries: List<Library>): String = buildString {
  appendLine(row(listOf("situation") + libraries.map { it.title }))
  appendLine(row(List(libraries.size + 1) { "---" }))
  Situations.all.forEach { situation ->
    appendLine(row(listOf(situation.name) + libraries.map { cell(situation.observe(it)) }))
  }
}

private fun row(cells: List<String>) = cells.joinToString(" | ", "| ", " |")

private fun cell(verdict: Verdict) =
  when (verdict.right) {
    true -> "✓ ${verdict.seen}"
    false -> "✗ ${verdict.seen}"
    null -> "– ${verdict.seen}"
  }
