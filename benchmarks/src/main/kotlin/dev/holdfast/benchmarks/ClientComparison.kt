package dev.holdfast.benchmarks

import dev.holdfast.benchmarks.Goal.NotLarger
import dev.holdfast.benchmarks.Goal.NotSlower
import io.ktor.client.HttpClient
import kotlinx.coroutines.runBlocking

/**
 * What the plugin costs a call of a Ktor client to a server on the same machine, which answers at
 * once: any model takes a thousand times as long. It is compared with the same client without it.
 */
internal object ClientComparison {

  private const val WHOLES = 40
  private const val STREAMS = 2

  val rows: List<Row> =
    listOf(
      row("a Ktor call, 1 KiB of JSON, guarded", "whole") { bare, copying ->
        Goal(
          notSlower = NotSlower(bare, "+ 5 % at most", tolerance = 1.05),
          notLarger = NotLarger(copying, "≤ 2048 B more than a copied request", 2048),
        )
      },
      row("a Ktor stream of 1 MB, read by lines, guarded", "stream") { bare, _ ->
        Goal(notSlower = NotSlower(bare, "+ 2 % at most", tolerance = 1.02))
      },
    )

  fun measure(calls: ClientCalls, effort: Effort): Map<Measured, Cost> = runBlocking {
    Turns(WHOLES, calls.contenders("whole", WHOLES) { whole(it) }).measure(effort.turns) +
      Turns(STREAMS, calls.contenders("stream", STREAMS) { stream(it) }).measure(effort.turns)
  }

  private fun ClientCalls.contenders(
    kind: String,
    times: Int,
    call: suspend ClientCalls.(HttpClient) -> Any,
  ): List<Contender> =
    mapOf("bare" to bare, "copying" to copying, "guarded" to guarded).map { (name, client) ->
      Contender(measured(kind, name)) { repeat(times) { call(client) } }
    }

  private fun row(path: String, kind: String, goal: (Measured, Measured) -> Goal): Row {
    val bare = measured(kind, "bare")
    val copying = measured(kind, "copying")
    return Row(path, goal(bare, copying), measured(kind, "guarded"), listOf(Peer("bare", bare)))
  }

  private fun measured(kind: String, contender: String) = Measured("ClientCalls.$kind.$contender")
}
