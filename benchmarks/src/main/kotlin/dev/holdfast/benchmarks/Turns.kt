package dev.holdfast.benchmarks

import java.lang.management.ManagementFactory
import kotlin.time.Duration
import kotlin.time.TimeSource

/** One of those that take turns, and [batch] calls of it. */
internal class Contender(val measured: Measured, val batch: suspend () -> Unit)

/**
 * Measures contenders in one process, by turns of few calls each, so that whatever disturbs the
 * machine disturbs neighbours alike: what counts is the median of what each took compared with the
 * first in the same round. For calls that go through threads and sockets, of which a process of its
 * own for each contender tells no difference of a few percent.
 *
 * Allocation is that of all threads. Those that end meanwhile are not counted.
 *
 * @param calls the calls in a batch
 */
internal class Turns(private val calls: Int, private val contenders: List<Contender>) {

  private val threads = ManagementFactory.getThreadMXBean() as com.sun.management.ThreadMXBean

  /** Takes turns for as long twice, and measures the second time. */
  suspend fun measure(duration: Duration): Map<Measured, Cost> {
    rounds(duration)
    val rounds = rounds(duration)
    val first = medianCost(rounds.map { it.first() })
    return contenders
      .mapIndexed { index, contender ->
        contender.measured to
          Cost(
            nanos = first.nanos * median(rounds.map { it[index].nanos / it.first().nanos }),
            bytes =
              first.bytes +
                Math.round(median(rounds.map { it[index].bytes - it.first().bytes + 0.0 })),
          )
      }
      .toMap()
  }

  private suspend fun rounds(duration: Duration): List<List<Cost>> {
    val end = TimeSource.Monotonic.markNow() + duration
    val rounds = mutableListOf<List<Cost>>()
    while (rounds.isEmpty() || end.hasNotPassedNow()) rounds += round(rounds.size)
    return rounds
  }

  /** Each begins as often as the others. */
  private suspend fun round(number: Int): List<Cost> {
    val costs = arrayOfNulls<Cost>(contenders.size)
    for (turn in contenders.indices) {
      val index = (turn + number) % contenders.size
      costs[index] = cost(contenders[index])
    }
    return costs.map { checkNotNull(it) }
  }

  private suspend fun cost(contender: Contender): Cost {
    val bytes = allocated()
    val start = System.nanoTime()
    contender.batch()
    val nanos = System.nanoTime() - start
    return Cost(nanos.toDouble() / calls, (allocated() - bytes) / calls)
  }

  private fun allocated(): Long =
    threads.getThreadAllocatedBytes(threads.allThreadIds).sumOf { maxOf(it, 0) }
}
