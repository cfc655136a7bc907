package dev.holdfast.ktor

import java.util.concurrent.atomic.AtomicReference

/**
 * Who may use what only one thread may use at a time, without a lock: one that reads, and any that
 * end it. An end that comes while it is in use is carried out by its user.
 */
internal class Turns {

  private val state = AtomicReference<Any>(FREE)

  /** Whether the end has come, though perhaps it is still being carried out. */
  val isOver: Boolean
    get() = state.get().let { it !== FREE && it !== TAKEN }

  /** What [use] says; null if the end has come before. Only for the one that reads. */
  fun <R : Any> take(use: () -> R): R? {
    if (!state.compareAndSet(FREE, TAKEN)) return null
    try {
      return use()
    } finally {
      if (!state.compareAndSet(TAKEN, FREE)) (state.getAndSet(OVER) as End).last()
    }
  }

  /** Has [last] carried out after every other use; nothing if the end has come before. */
  fun end(last: () -> Unit) {
    while (true) {
      when (state.get()) {
        FREE -> if (state.compareAndSet(FREE, OVER)) return last()
        TAKEN -> if (state.compareAndSet(TAKEN, End(last))) return
        else -> return
      }
    }
  }

  private class End(val last: () -> Unit)

  private companion object {
    val FREE = Any()
    val TAKEN = Any()
    val OVER = Any()
  }
}
