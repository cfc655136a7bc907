package dev.holdfast.benchmarks

import java.nio.file.Files
import java.nio.file.Path
import kotlin.time.DurationUnit
import kotlin.time.TimeSource

/** What other processes take of the machine while this one and its children measure. Linux only. */
internal class Disturbance private constructor() {

  private val since = TimeSource.Monotonic.markNow()
  private val atStart = othersTicks()

  /** How many processors the others kept busy on average. */
  fun processors(): Double {
    val seconds = since.elapsedNow().toDouble(DurationUnit.SECONDS)
    return ((othersTicks() - atStart) / TICKS_PER_SECOND / seconds).coerceAtLeast(0.0)
  }

  companion object {
    private const val TICKS_PER_SECOND = 100.0
    private val machine = Path.of("/proc/stat")
    private val process = Path.of("/proc/self/stat")

    /** Null where the system does not tell. */
    fun start(): Disturbance? =
      if (Files.isReadable(machine) && Files.isReadable(process)) Disturbance() else null

    private fun othersTicks(): Long =
      busyTicks(Files.readAllLines(machine).first()) - ownTicks(Files.readString(process))

    /** User, nice and system time, interrupts and what the host took away. */
    fun busyTicks(line: String): Long {
      val ticks = line.split(Regex(" +")).drop(1).map { it.toLong() }
      return ticks.take(8).sum() - ticks[3] - ticks[4]
    }

    /** User and system time, of this process and of the children that have ended. */
    fun ownTicks(stat: String): Long =
      stat.substringAfterLast(") ").split(' ').subList(11, 15).sumOf { it.toLong() }
  }
}
