@file:JvmName("ClientMain")

package dev.holdfast.benchmarks

import kotlin.time.Duration.Companion.seconds

/**
 * Measures the calls of a Ktor client alone: `ClientMain <seconds of each half of a measurement>`.
 */
public fun main(arguments: Array<String>) {
  val effort = Effort.QUICK.copy(turns = arguments.first().toInt().seconds)
  val costs = ClientCalls().use { ClientComparison.measure(it, effort) }
  println(table(ClientComparison.rows.map { it.compare(costs) }))
  println(details(costs))
}
