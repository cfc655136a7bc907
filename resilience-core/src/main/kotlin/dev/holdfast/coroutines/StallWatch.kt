package dev.holdfast.coroutines

import dev.holdfast.time.Durations
import dev.holdfast.time.Time
import kotlin.time.Duration
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.nanoseconds
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.cancel
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.delay
import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.filterNotNull
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.launch

/**
 * Ends a collection whose wait for the next item takes too long. Between [arrived] and [awaits] the
 * consumer is at work, and is never cancelled.
 *
 * One coroutine watches the whole collection. It looks at the waits when it wakes up, so an item
 * costs no timer of its own.
 *
 * @param shortest no wait that follows another is shorter, except by the deadline of the call
 */
internal class StallWatch(private val time: Time, private val shortest: Duration) {

  private val current = MutableStateFlow<Wait?>(null)

  /** Whether a wait took too long. */
  val isOver: Boolean
    get() = current.value === OVER

  /** The model has so long for the next item from now on. */
  fun awaits(longest: java.time.Duration) {
    current.value = Wait(time.nanoTime(), Durations.saturatedNanos(longest))
  }

  /** The item has come, or the end. */
  fun arrived() {
    val wait = current.value
    if (wait === OVER || !current.compareAndSet(wait, null)) {
      throw CancellationException("The wait for an item is over")
    }
  }

  /** Runs [collection]; what it threw, or null. */
  suspend fun guard(collection: suspend () -> Unit): Throwable? {
    var thrown: Throwable? = null
    try {
      coroutineScope {
        val watching = launch { watch(this@coroutineScope) }
        try {
          collection()
        } catch (failure: Throwable) {
          // Not thrown out of the scope, which might throw a copy of it.
          thrown = failure
        }
        watching.cancel()
      }
    } catch (cancelled: CancellationException) {
      return thrown ?: cancelled
    }
    return thrown
  }

  private suspend fun watch(collection: CoroutineScope) {
    while (true) {
      val wait = current.filterNotNull().first()
      if (isTooLong(wait) && current.compareAndSet(wait, OVER)) {
        return collection.cancel("The wait for an item is over")
      }
    }
  }

  /** Waits as long as [wait] may take; false if it has ended before. */
  private suspend fun isTooLong(wait: Wait): Boolean {
    var left = (wait.nanos - (time.nanoTime() - wait.since)).nanoseconds
    while (left > Duration.ZERO) {
      val part = minOf(left, maxOf(shortest, 1.milliseconds))
      delay(part)
      if (current.value !== wait) return false
      left -= part
    }
    return true
  }

  private class Wait(val since: Long, val nanos: Long)

  private companion object {
    val OVER = Wait(0, 0)
  }
}
