package dev.holdfast.benchmarks.peers

import java.util.concurrent.CompletableFuture

internal enum class State {
  CLOSED,
  OPEN,
  HALF_OPEN,
}

/** A call that is under way until one of these is called. */
internal class Ticket(val success: () -> Unit, val failure: () -> Unit)

/**
 * A breaker of some library, reduced to what the situations need. It opens after [FAILURES] failed
 * calls in a row. What a library does not have is null or throws [Missing].
 */
internal interface Guard {
  fun state(): State

  /** Begins a call, or returns null if it is refused. */
  fun begin(): Ticket?

  fun call(block: () -> String): String

  suspend fun callSuspending(block: suspend () -> String): String

  fun callLater(source: CompletableFuture<String>): CompletableFuture<String>

  /** Gives back [times] permits, though only one was taken. */
  fun release(times: Int)

  /** Lets more time pass than the wait in OPEN takes, and more than any lease by default. */
  fun waitLong()

  /** As many admissions as a row of calls gets that do not end. */
  fun admissions(): Int = generateSequence { begin() }.take(MANY).count()

  /** Opens the breaker by failed calls and lets its wait pass. */
  fun tripAndWait() {
    repeat(FAILURES) { begin()?.failure?.invoke() }
    check(state() == State.OPEN) { "expected OPEN, but was ${state()}" }
    waitLong()
  }

  companion object {
    const val FAILURES = 3
    const val MANY = 10
  }
}

/** What a library does not offer. */
internal class Missing(what: String) : UnsupportedOperationException(what)

/** One of the libraries that are compared. */
internal interface Library {
  val title: String

  /** A closed breaker that wants as many [probes] in HALF_OPEN, one after the other or together. */
  fun guard(probes: Int = 1, counts: ((Throwable) -> Boolean)? = null): Guard

  /** The attempts of each of three collections of one flow that always fails, three allowed. */
  suspend fun attemptsOfCollections(): List<Int>

  /** What a collector sees of a flow that fails after its second item, but not the second time. */
  suspend fun itemsAroundFailure(): List<Int>

  /** The waits of many retries at the cap, with a jitter of a half, as parts of the cap. */
  fun waitsAtCap(): List<Double>

  /** Whether the one slot is free after its waiter was cancelled and its holder had left. */
  suspend fun slotAfterCancelledWaiter(): Boolean
}
