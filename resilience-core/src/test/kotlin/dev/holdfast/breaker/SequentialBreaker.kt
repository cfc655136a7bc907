package dev.holdfast.breaker

import dev.holdfast.breaker.CircuitBreaker.State.CLOSED
import dev.holdfast.breaker.CircuitBreaker.State.FORCED_OPEN
import dev.holdfast.breaker.CircuitBreaker.State.HALF_OPEN
import dev.holdfast.breaker.CircuitBreaker.State.OPEN

/**
 * What a breaker does when one thread uses it and no time passes: OPEN lasts until a reset, except
 * for one that is [due] from the beginning.
 */
open class SequentialBreaker(
  private val threshold: Int,
  private val places: Int,
  private val successes: Int,
  private var due: Boolean,
) {
  private class Ticket(val generation: Long)

  private var state = if (due) OPEN else CLOSED
  private var generation = if (due) 1L else 0L
  private var counted = 0
  private val probes = mutableSetOf<Ticket>()

  /** Each thread has a call under way that was admitted at the very first. */
  private val held = List(CircuitBreakerOperations.SHARES) { ArrayDeque(listOf(Ticket(0))) }

  fun acquire(thread: Int): Boolean {
    look()
    val admitted = state == CLOSED || (state == HALF_OPEN && probes.size < places)
    if (!admitted) return false
    val ticket = Ticket(generation)
    if (state == HALF_OPEN) probes += ticket
    held[thread] += ticket
    return true
  }

  fun settle(thread: Int, how: Int): Boolean {
    val ticket = held[thread].removeFirstOrNull() ?: return false
    if (ticket.generation == generation) {
      if (state == HALF_OPEN) probes -= ticket
      when (how) {
        CircuitBreakerOperations.SUCCESS -> succeeded()
        CircuitBreakerOperations.FAILURE -> failed()
      }
    }
    return true
  }

  fun state(): CircuitBreaker.State {
    look()
    return state
  }

  fun snapshot(): String {
    look()
    return "$state $generation"
  }

  fun reset() {
    if (state == CLOSED) forget() else enter(CLOSED)
  }

  fun forceOpen() {
    if (state != FORCED_OPEN) enter(FORCED_OPEN)
  }

  /** Counts a call that ended in CLOSED, and says whether the breaker opens. */
  protected open fun countInClosed(failure: Boolean): Boolean {
    if (failure) counted++ else counted = 0
    return counted >= threshold
  }

  protected open fun forget() {
    counted = 0
  }

  private fun succeeded() {
    if (state == CLOSED) {
      if (countInClosed(failure = false)) enter(OPEN)
    } else if (++counted >= successes) enter(CLOSED)
  }

  private fun failed() {
    if (state == HALF_OPEN || countInClosed(failure = true)) enter(OPEN)
  }

  private fun look() {
    if (state == OPEN && due) enter(HALF_OPEN)
  }

  private fun enter(next: CircuitBreaker.State) {
    state = next
    generation++
    counted = 0
    forget()
    due = false
    probes.clear()
  }
}
