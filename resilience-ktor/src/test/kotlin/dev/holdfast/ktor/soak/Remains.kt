package dev.holdfast.ktor.soak

import java.lang.management.ManagementFactory
import javax.management.ObjectName

/**
 * What the process holds at a moment in which nothing is under way, after a collection of garbage.
 *
 * @property used bytes of the heap
 * @property instances of the classes of this library, of coroutines and of the client
 * @property threads without the server's, and without those that pools keep for a minute
 */
internal class Remains(
  private val used: Long,
  private val instances: Map<String, Long>,
  private val threads: Int,
) {

  /** What there is more of than there was [before], by more than so many instances, pools aside. */
  fun moreThan(before: Remains, tolerance: Long): List<String> {
    val grown =
      instances
        .mapValues { (type, count) -> count - (before.instances[type] ?: 0) }
        .filter { (type, more) -> more > maxOf(tolerance, POOLED[type] ?: 0) }
        .map { (type, more) -> "$more instances of $type" }
    val bytes = used - before.used
    return grown +
      listOfNotNull(
        "$bytes bytes".takeIf { bytes > MOST_BYTES },
        "${threads - before.threads} threads".takeIf { threads - before.threads > MOST_THREADS },
      )
  }

  override fun toString(): String = "${used / 1024} KiB of heap, $threads threads"

  companion object {
    private const val MOST_BYTES = 6L * 1024 * 1024
    private const val MOST_THREADS = 4
    /**
     * How many are kept for later at most: kotlinx-io keeps 4 MB, and 64 KiB for each processor.
     */
    private val POOLED = mapOf("kotlinx.io.Segment" to 640L)
    private val WATCHED =
      listOf("dev.holdfast.", "io.ktor.", "kotlinx.coroutines.", "kotlinx.io.", "okhttp3.")
    private val SHARED = listOf(SoakServer.THREADS, "DefaultDispatcher-worker", "OkHttp")

    fun now(): Remains {
      val histogram = histogram()
      val memory = ManagementFactory.getMemoryMXBean().heapMemoryUsage.used
      return Remains(memory, histogram, threads())
    }

    /** It is taken after a full collection. */
    private fun histogram(): Map<String, Long> {
      val commands = ObjectName("com.sun.management:type=DiagnosticCommand")
      val types = arrayOf(Array<String>::class.java.name)
      val table =
        ManagementFactory.getPlatformMBeanServer()
          .invoke(commands, "gcClassHistogram", arrayOf(arrayOf<String>()), types) as String
      return table
        .lines()
        .map { it.trim().split(Regex(" +")) }
        .filter { row -> row.size >= 4 && WATCHED.any { row[3].startsWith(it) } }
        .filterNot { row -> "dev.holdfast.ktor.soak" in row[3] }
        .associate { row -> row[3] to row[1].toLong() }
    }

    private fun threads() =
      Thread.getAllStackTraces().keys.count { thread -> SHARED.none { it in thread.name } }
  }
}
