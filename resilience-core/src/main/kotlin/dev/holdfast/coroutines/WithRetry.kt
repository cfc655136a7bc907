@file:JvmName("WithRetry")
@file:OptIn(ExperimentalContracts::class)

package dev.holdfast.coroutines

import dev.holdfast.retry.Retry
import dev.holdfast.retry.RetryAttempt
import dev.holdfast.retry.RetryPause
import kotlin.contracts.ExperimentalContracts
import kotlin.contracts.InvocationKind
import kotlin.contracts.contract
import kotlin.coroutines.CoroutineContext
import kotlin.time.toKotlinDuration
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.delay
import kotlinx.coroutines.ensureActive
import kotlinx.coroutines.isActive

/**
 * Makes a call, and makes it again as these settings say. [block] gets the number of the attempt,
 * the first being 1.
 *
 * Whether the caller gave up is decided by its job and not by the type of the exception: if the job
 * is cancelled the call ends, during an attempt as during a wait, and tells the breaker nothing. A
 * timeout *inside* [block] is a failure like any other, and so is a cancellation that is not the
 * caller's. A non-local `return` out of [block] is a success.
 *
 * When there is no attempt more, what the last one threw is thrown on as it is, and so may be a
 * `CancellationException`, which `launch` says nothing of. A call of
 * [Resilience][dev.holdfast.Resilience] throws an
 * [AttemptTimeoutException][dev.holdfast.outcome.AttemptTimeoutException] instead.
 *
 * The deadline of [withDeadline] bounds the waits. A breaker that is HALF_OPEN without a free place
 * refuses the call at once, whatever its `maxWaitInHalfOpen`; for the wait put `withBreaker`
 * inside.
 *
 * @throws dev.holdfast.outcome.DeadlineExceededException if the deadline had passed before the
 *   first attempt
 * @throws dev.holdfast.breaker.CircuitOpenException if the breaker refuses the first attempt
 */
public suspend inline fun <T> Retry.withRetry(block: (attempt: Int) -> T): T {
  contract { callsInPlace(block, InvocationKind.AT_LEAST_ONCE) }
  var attempt = begin(this, currentCoroutineContext())
  while (true) {
    var left = true
    val result =
      try {
        val value = block(attempt.number())
        left = false
        value
      } catch (thrown: Throwable) {
        left = false
        attempt = attemptAfter(attempt, thrown)
        continue
      } finally {
        if (left) attempt.succeeded()
      }
    val pause = attempt.returned(result) ?: return result
    attempt = attemptAfter(pause) ?: return result
  }
}

@PublishedApi
internal fun begin(retry: Retry, caller: CoroutineContext): RetryAttempt =
  retry.begin(caller.deadline(retry.time()))

/** The attempt after one that threw; if there is to be none, what it threw. */
@PublishedApi
internal suspend fun attemptAfter(attempt: RetryAttempt, thrown: Throwable): RetryAttempt {
  if (!currentCoroutineContext().isActive) {
    attempt.cancelled()
    throw thrown
  }
  return attempt.threw(thrown)?.let { attemptAfter(it) } ?: throw thrown
}

/** Waits. A wait of no length still looks whether the caller has given up. */
@PublishedApi
internal suspend fun attemptAfter(pause: RetryPause): RetryAttempt? {
  try {
    val caller = currentCoroutineContext()
    caller.ensureActive()
    AttemptMark.noticeRetry(caller)
    delay(pause.duration().toKotlinDuration())
  } catch (cancelled: Throwable) {
    pause.cancelled()
    throw cancelled
  }
  return pause.next()
}
