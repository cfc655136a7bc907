package dev.holdfast.coroutines

import kotlin.coroutines.CoroutineContext
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Job
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.FlowCollector
import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.flow.update
import kotlinx.coroutines.launch

/**
 * One collection of a flow and those who share it. Its lock guards the items and the seats; nothing
 * that is not ours runs under it. [changes] wakes whoever waits for them.
 */
internal class SharedCollection<T>(
  private val mostItems: Int,
  private val whenOver: (SharedCollection<T>) -> Unit,
) {
  private val lock = Any()
  private val changes = MutableStateFlow(0L)
  private val items = ArrayDeque<T>()
  private val seats = mutableSetOf<Seat<T>>()

  /** How many items were forgotten before the first in [items]. */
  private var forgotten = 0L
  private var isOver = false
  private var failure: Throwable? = null
  private var job: Job? = null

  /** A place at the first item; null if it is over or the first item is forgotten. */
  fun join(): Seat<T>? =
    synchronized(lock) { if (isOver || forgotten > 0) null else Seat(this).also { seats += it } }

  fun start(context: CoroutineContext, upstream: Flow<T>) {
    val started =
      CoroutineScope(context.minusKey(Job).withoutDeadline()).launch {
        try {
          upstream.collect { offer(it) }
          end(null)
        } catch (thrown: Throwable) {
          end(thrown)
        }
      }
    // A dispatcher that is shut down cancels what it does not run.
    started.invokeOnCompletion { cause -> if (cause != null) end(cause) }
    val isUnwanted =
      synchronized(lock) {
        job = started
        isOver && failure == null && seats.isEmpty()
      }
    if (isUnwanted) started.cancel()
  }

  private suspend fun offer(item: T) {
    while (true) {
      val seen = changes.value
      val isTaken =
        synchronized(lock) {
          forgetRead()
          (items.size < mostItems).also { if (it) items += item }
        }
      if (isTaken) break
      changes.first { it != seen }
    }
    changes.update { it + 1 }
  }

  /** Forgets what all have read, but not before it is too much for anyone to come late to. */
  private fun forgetRead() {
    if (items.size < mostItems && forgotten == 0L) return
    val slowest = seats.minOfOrNull { it.next } ?: return
    while (forgotten < slowest && items.isNotEmpty()) {
      items.removeFirst()
      forgotten++
    }
  }

  private fun end(thrown: Throwable?) {
    synchronized(lock) {
      if (isOver) return
      isOver = true
      failure =
        if (thrown is CancellationException)
          IllegalStateException("the shared collection was cancelled", thrown)
        else thrown
    }
    whenOver(this)
    changes.update { it + 1 }
  }

  private fun leave(seat: Seat<T>) {
    val unwanted =
      synchronized(lock) {
        seats -= seat
        if (seats.isEmpty() && !isOver) {
          isOver = true
          true
        } else false
      }
    if (unwanted) {
      whenOver(this)
      job?.cancel()
    }
    changes.update { it + 1 }
  }

  /** One who shares the collection, and has read the items before [next]. */
  class Seat<T>(private val of: SharedCollection<T>) {
    var next: Long = 0

    /** Passes all items on, and leaves whatever happens. */
    suspend fun pass(collector: FlowCollector<T>) {
      try {
        while (true) {
          val seen = of.changes.value
          val batch = read() ?: return
          if (batch.isEmpty()) of.changes.first { it != seen }
          batch.forEach { collector.emit(it) }
          passed(batch.size)
        }
      } finally {
        of.leave(this)
      }
    }

    /** Some of what has arrived since, which is kept until it is passed on; null at the end. */
    private fun read(): List<T>? =
      synchronized(of.lock) {
        val from = (next - of.forgotten).toInt()
        val to = minOf(of.items.size, from + MOST_AT_ONCE)
        if (from == to && of.isOver) {
          of.failure?.let { throw it }
          null
        } else of.items.subList(from, to).toList()
      }

    private fun passed(count: Int) {
      if (count == 0) return
      synchronized(of.lock) { next += count }
      of.changes.update { it + 1 }
    }
  }

  private companion object {
    /** An upstream that waits for room gets it in such steps. */
    const val MOST_AT_ONCE = 64
  }
}
