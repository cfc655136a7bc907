@file:JvmName("WithBulkhead")
@file:OptIn(ExperimentalContracts::class)

package dev.holdfast.coroutines

import dev.holdfast.bulkhead.Bulkhead
import dev.holdfast.bulkhead.BulkheadFullException
import dev.holdfast.bulkhead.Entry
import dev.holdfast.bulkhead.Slot
import dev.holdfast.time.Deadline
import kotlin.contracts.ExperimentalContracts
import kotlin.contracts.InvocationKind
import kotlin.contracts.contract
import kotlin.coroutines.resumeWithException
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.emitAll
import kotlinx.coroutines.flow.flow
import kotlinx.coroutines.suspendCancellableCoroutine

/**
 * Makes a call in a slot of this bulkhead, which is given back on every way out of [block].
 *
 * While all slots are taken the caller suspends, in line with those of the other faces, for up to
 * [maxWait][dev.holdfast.bulkhead.BulkheadConfig.maxWait] and no longer than until [deadline]. That
 * wait is cancellable and leaves nothing behind: a caller who is cancelled in the moment in which
 * it is handed a slot passes it on, and [block] is not called. The wait is kept by the clock of the
 * bulkhead; a [withDeadline] around it ends it as it ends everything.
 *
 * A cancelled call keeps its slot until [block] has ended.
 *
 * ## Pitfall
 * A call inside [block] through the same bulkhead needs a second slot.
 *
 * @throws BulkheadFullException if the bulkhead refuses the call
 */
public suspend inline fun <T> Bulkhead.withBulkhead(
  deadline: Deadline = Deadline.none(),
  block: () -> T,
): T {
  contract { callsInPlace(block, InvocationKind.EXACTLY_ONCE) }
  val entry = enterIfPossible()
  val slot = if (entry == null) awaitSlot(this, deadline) else null
  try {
    return block()
  } finally {
    giveBack(entry, slot)
  }
}

/**
 * Makes each collection of this flow in a slot of [bulkhead], as [Bulkhead.withBulkhead] makes a
 * call in one. The flow is not started before its slot is there, and keeps that until the
 * collection has ended, with the work of its collector.
 *
 * @throws BulkheadFullException in the collector, if the bulkhead refuses
 */
public fun <T> Flow<T>.withBulkhead(
  bulkhead: Bulkhead,
  deadline: Deadline = Deadline.none(),
): Flow<T> = flow { bulkhead.withBulkhead(deadline) { emitAll(this@withBulkhead) } }

@PublishedApi
internal suspend fun awaitSlot(bulkhead: Bulkhead, deadline: Deadline): Slot {
  // Nobody waits then, so this holds no thread, and a refusal costs its exception only.
  if (bulkhead.config().maxWait().isZero) return bulkhead.acquire(deadline)
  val turn = bulkhead.acquireAsync(deadline)
  return suspendCancellableCoroutine { caller ->
    turn.whenComplete { slot, refused ->
      if (refused == null) caller.resume(slot) { _, unwanted, _ -> unwanted.close() }
      else caller.resumeWithException(refused)
    }
    caller.invokeOnCancellation { turn.cancel(false) }
  }
}

/** Gives back [entry], or the [slot] that the caller has waited for. */
@PublishedApi
internal fun giveBack(entry: Entry?, slot: Slot?) {
  if (entry != null) entry.exit() else slot?.close()
}
