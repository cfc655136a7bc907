package dev.holdfast.testkit

import dev.holdfast.time.Durations
import java.time.Duration
import java.util.concurrent.locks.ReentrantLock
import kotlin.concurrent.withLock

/** A lock, and a way to wait until what it guards has come to hold. */
internal class Monitor {
  private val lock = ReentrantLock()
  private val changed = lock.newCondition()

  fun <T> read(block: () -> T): T = lock.withLock(block)

  fun <T> change(block: () -> T): T =
    lock.withLock {
      try {
        block()
      } finally {
        changed.signalAll()
      }
    }

  /** Returns whether [holds] came true within [timeout]. */
  fun await(timeout: Duration, holds: () -> Boolean): Boolean =
    lock.withLock {
      var left = Durations.saturatedNanos(timeout)
      while (!holds()) {
        if (left <= 0) return false
        left = changed.awaitNanos(left)
      }
      true
    }
}
