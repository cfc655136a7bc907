package dev.holdfast.testing

import java.lang.management.ManagementFactory
import javax.management.ObjectName

/** The objects that can be reached, told by the machine itself. */
object Heap {
  private val command = ObjectName("com.sun.management:type=DiagnosticCommand")
  private val signature = arrayOf(Array<String>::class.java.name)
  private val line = Regex("""\s*\d+:\s+(\d+)\s+(\d+)\s+(\S+).*""")

  /** What [made] has made that is still held. */
  suspend fun heldBy(made: suspend () -> Unit): Held {
    // The first look loads classes of its own.
    bytes()
    val before = bytes()
    made()
    val after = bytes()
    return Held(after.mapValues { (name, bytes) -> bytes - (before[name] ?: 0) })
  }

  /** The bytes of each class, after a collection of what nobody holds. */
  private fun bytes(): Map<String, Long> {
    val histogram =
      ManagementFactory.getPlatformMBeanServer()
        .invoke(command, "gcClassHistogram", arrayOf(emptyArray<String>()), signature)
    return line
      .findAll(histogram.toString())
      .map { it.destructured }
      .groupBy({ (_, _, name) -> name }, { (_, bytes, _) -> bytes.toLong() })
      .mapValues { (_, bytes) -> bytes.sum() }
  }

  /** How many bytes more there are of each class; its text shows those with most. */
  class Held(private val byClass: Map<String, Long>) {
    val bytes: Long = byClass.values.sum()

    override fun toString(): String =
      byClass.entries
        .sortedByDescending { it.value }
        .take(30)
        .joinToString("\n", "$bytes bytes\n") { (name, bytes) -> "$bytes $name" }
  }
}
