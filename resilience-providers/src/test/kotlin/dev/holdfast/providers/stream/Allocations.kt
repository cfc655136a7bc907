package dev.holdfast.providers.stream

import com.sun.management.ThreadMXBean
import java.lang.management.ManagementFactory

/** What this thread allocates meanwhile, in bytes. */
internal fun allocatedBytes(block: () -> Unit): Long {
  val threads = ManagementFactory.getThreadMXBean() as ThreadMXBean
  val before = threads.currentThreadAllocatedBytes
  block()
  return threads.currentThreadAllocatedBytes - before
}
