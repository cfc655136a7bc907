@file:JvmName("FlowRetry")

package dev.holdfast.coroutines

import dev.holdfast.retry.Retry
import dev.holdfast.retry.RetryAttempt
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.FlowCollector
import kotlinx.coroutines.flow.flow
import kotlinx.coroutines.isActive

/**
 * This flow, collected again as [retry] says if it fails before its first item. Each collection has
 * attempts of its own, and the deadline of [withDeadline] around it bounds its waits.
 *
 * A failure after the first item is passed on, because the collector cannot take back what it has
 * seen. What the collector itself throws, or its `first()` and `take()`, passes through untouched
 * and counts as a success, and so does a cancellation after the first item; one before it says
 * nothing about the model.
 *
 * What the flow throws in the end is thrown on as it is, a `CancellationException` of its own as
 * well, as `Retry.withRetry` does.
 *
 * To the retry's circuit breaker the first item is the content that decides a probe, and that its
 * rules for slow and hanging calls measure to.
 *
 * @param replayAfterFirstItem retry after the first item too: the collector then sees the items
 *   again from the beginning. One that was cancelled at an item because the flow failed meanwhile,
 *   as `channelFlow` and `flowOn` do, cannot be given more: there is no retry then
 * @throws dev.holdfast.outcome.DeadlineExceededException if the deadline had passed before the
 *   first attempt
 * @throws dev.holdfast.breaker.CircuitOpenException if the breaker refuses the first attempt
 */
public fun <T> Flow<T>.withRetry(retry: Retry, replayAfterFirstItem: Boolean = false): Flow<T> =
  flow {
    var attempt = begin(retry, currentCoroutineContext())
    while (true) {
      val watched = WatchedCollector(this, attempt)
      try {
        collect(watched)
      } catch (thrown: Throwable) {
        attempt = attemptAfter(attempt, thrown, watched, replayAfterFirstItem)
        continue
      }
      return@flow attempt.succeeded()
    }
  }

private suspend fun attemptAfter(
  attempt: RetryAttempt,
  thrown: Throwable,
  watched: WatchedCollector<*>,
  replayAfterFirstItem: Boolean,
): RetryAttempt {
  val givenUp = watched.left || !currentCoroutineContext().isActive
  val mayReplay = replayAfterFirstItem && !watched.interrupted
  when {
    givenUp && watched.emitted -> attempt.succeeded()
    givenUp -> attempt.cancelled()
    watched.emitted && !mayReplay -> attempt.failed(thrown)
    else -> return attemptAfter(attempt, thrown)
  }
  throw thrown
}

/** Remembers whether an item came through, and what became of the collector at it. */
private class WatchedCollector<T>(
  private val collector: FlowCollector<T>,
  private val attempt: RetryAttempt,
) : FlowCollector<T> {
  var emitted = false
    private set

  /** Whether the collector threw. */
  var left = false
    private set

  /** Whether the flow failed while the collector was at work, and took that along. */
  var interrupted = false
    private set

  override suspend fun emit(value: T) {
    if (!emitted) {
      emitted = true
      attempt.contentArrived()
    }
    try {
      collector.emit(value)
    } catch (thrown: Throwable) {
      left = isCollectorsOwn()
      interrupted = !left
      throw thrown
    }
  }
}
