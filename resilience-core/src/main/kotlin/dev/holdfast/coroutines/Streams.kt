@file:JvmName("StreamingResilience")

package dev.holdfast.coroutines

import dev.holdfast.Resilience
import dev.holdfast.plan.Attempt
import dev.holdfast.plan.CallFailure
import dev.holdfast.stream.StreamOptions
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.flow

/**
 * A call whose answer is a stream. The flow is cold: each collection is a call of its own, which
 * asks the models of the chain in turn. [block] is called once for each attempt, so it must be
 * repeatable.
 *
 * Until the first content a failed attempt is tried again or the next model asked, and nothing of
 * it is seen: items that are not content are held back. After it nothing is replayed, and a failure
 * is a [StreamInterruptedException][dev.holdfast.outcome.StreamInterruptedException] with what had
 * arrived.
 *
 * A model has the `firstContentTimeout` of its settings until its first content and the `streamGap`
 * until each further one, and the whole call its deadline, to which one that [withDeadline] has set
 * around the collection belongs. While the collector is busy with an item, only the deadline runs;
 * it does not end the collector's own work.
 *
 * A `CancellationException` that the flow of an attempt throws while its collector is active, as a
 * `withTimeout` inside it does, is a failure of the attempt, and never leaves the call as it is.
 *
 * What the collector throws, and its `first()` and `take()`, passes through untouched. If it leaves
 * after the first content the model has succeeded, before it nothing is said about the model. The
 * breaker's permit and the slot of the bulkhead are held until the stream ends.
 *
 * @param options which items are content, and which says that the stream is complete
 * @param degraded gives the answer when the chain is exhausted before there was content; what it
 *   throws, or its flow, ends the call
 * @throws dev.holdfast.outcome.StreamInterruptedException if the stream fails after content
 * @throws dev.holdfast.outcome.CallRejectedException if no model could be asked
 * @throws dev.holdfast.outcome.AttemptTimeoutException if the last attempt sent no content in time
 */
public fun <T> Resilience.stream(
  options: StreamOptions<in T> = StreamOptions.defaults(),
  degraded: (suspend (CallFailure) -> Flow<T>)? = null,
  block: suspend (Attempt) -> Flow<T>,
): Flow<T> = flow {
  AttemptMark.noticeCall(currentCoroutineContext(), this@stream)
  within(currentDeadline(time())).plan<Unit>(degraded != null).use {
    FlowDriver(it, this@stream, options, this, block).carryOut(degraded)
  }
}
