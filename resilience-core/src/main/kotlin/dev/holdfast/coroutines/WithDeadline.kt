@file:JvmName("WithDeadline")

package dev.holdfast.coroutines

import dev.holdfast.outcome.DeadlineExceededException
import dev.holdfast.time.Deadline
import dev.holdfast.time.Time
import kotlin.coroutines.AbstractCoroutineContextElement
import kotlin.coroutines.CoroutineContext
import kotlin.time.Duration
import kotlin.time.toJavaDuration
import kotlin.time.toKotlinDuration
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.ensureActive
import kotlinx.coroutines.withContext
import kotlinx.coroutines.withTimeoutOrNull

/**
 * Runs [block], which must have ended when [duration] is over. What runs inside, and whatever it
 * launches, finds the deadline with [currentDeadline]; `withRetry` keeps to it by itself.
 *
 * A deadline inside another one can only be shorter: the one that passes first holds for both.
 *
 * A block that overruns is cancelled, and its caller, who is not cancelled, gets a
 * [DeadlineExceededException]. If the caller itself is cancelled, so is the block, and the caller's
 * own [CancellationException][kotlinx.coroutines.CancellationException] comes out.
 *
 * ## Pitfalls
 * A block that holds its thread or refuses to be cancelled is waited for. And a deadline is no
 * timeout for a model: that it passed says nothing about the model, so no breaker counts it and no
 * retry follows. The timeout of an attempt is `withTimeout`.
 *
 * @param time the clock that the deadline is a moment on
 * @throws DeadlineExceededException if [duration] is over first, or if there was none left
 */
public suspend fun <T> withDeadline(
  duration: Duration,
  time: Time = Time.system(),
  block: suspend CoroutineScope.() -> T,
): T = withDeadline(Deadline.after(duration.toJavaDuration(), time), time, block)

/** As [withDeadline] with a duration, for a deadline that came as an argument. */
public suspend fun <T> withDeadline(
  deadline: Deadline,
  time: Time = Time.system(),
  block: suspend CoroutineScope.() -> T,
): T {
  val earliest = Deadline.earliest(currentDeadline(time), deadline)
  val element = ContextDeadline(earliest, time)
  if (earliest.isNone) return withContext(element, block)
  val left = earliest.remaining(time).toKotlinDuration()
  if (left <= Duration.ZERO) throw DeadlineExceededException()
  val answer = withTimeoutOrNull(left) { Finished(withContext(element, block)) }
  if (answer != null) return answer.value
  // If the deadline is that of a block around this one, that one reports.
  currentCoroutineContext().ensureActive()
  throw DeadlineExceededException("The deadline has passed; what was under way was cancelled")
}

/**
 * The deadline that [withDeadline] has set around this code, as a moment on the given clock;
 * [Deadline.none] if there is none. Code that waits or sets timeouts of its own keeps to it, and
 * hands it to Java code as an argument.
 */
public suspend inline fun currentDeadline(time: Time = Time.system()): Deadline =
  currentCoroutineContext().deadline(time)

@PublishedApi
internal fun CoroutineContext.deadline(time: Time): Deadline =
  this[ContextDeadline]?.on(time) ?: Deadline.none()

/** This context for work that outlives its caller's deadline. */
internal fun CoroutineContext.withoutDeadline(): CoroutineContext = minusKey(ContextDeadline)

private class ContextDeadline(private val deadline: Deadline, private val clock: Time) :
  AbstractCoroutineContextElement(ContextDeadline) {

  /** Readings of two clocks cannot be compared, but what is left on one is left on the other. */
  fun on(time: Time): Deadline =
    if (time === clock || deadline.isNone) deadline
    else Deadline.after(deadline.remaining(clock), time)

  companion object Key : CoroutineContext.Key<ContextDeadline>
}

/** Tells a block that returned null from one that was cancelled. */
private class Finished<T>(val value: T)
