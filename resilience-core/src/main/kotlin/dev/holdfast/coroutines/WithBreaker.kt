@file:JvmName("WithBreaker")
@file:OptIn(ExperimentalContracts::class)

package dev.holdfast.coroutines

import dev.holdfast.breaker.Admission
import dev.holdfast.breaker.CircuitBreaker
import dev.holdfast.breaker.CircuitBreakers
import dev.holdfast.breaker.CircuitOpenException
import kotlin.contracts.ExperimentalContracts
import kotlin.contracts.InvocationKind
import kotlin.contracts.contract
import kotlin.coroutines.CoroutineContext
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.isActive

/**
 * Makes a call through this breaker.
 *
 * What [block] throws counts as a failure of the model if
 * [countsAsFailure][dev.holdfast.breaker.CircuitBreakerConfig.countsAsFailure] says so, and every
 * other way out of it, a non-local `return` included, is a success.
 *
 * Whether the caller gave up is decided by its job and not by the type of the exception: if the job
 * is cancelled, the call has no opinion about the model, and a timeout *inside* [block] is a
 * failure. Either way what [block] threw is thrown on as it is.
 *
 * In HALF_OPEN the caller suspends for up to
 * [maxWaitInHalfOpen][dev.holdfast.breaker.CircuitBreakerConfig.maxWaitInHalfOpen] until a place
 * for a probe is free, first come, first served. That wait is cancellable and leaves nothing
 * behind.
 *
 * ## Pitfall
 * A `withTimeout` *around* this call cancels the caller, so a model that hangs would never open the
 * breaker. The timeout of an attempt belongs inside [block]; there it throws a
 * `TimeoutCancellationException`, which `launch` and supervisors take for a cancellation and say
 * nothing of. A call of [Resilience][dev.holdfast.Resilience] throws an
 * [AttemptTimeoutException][dev.holdfast.outcome.AttemptTimeoutException] instead.
 *
 * @throws CircuitOpenException if the breaker refuses the call
 */
public suspend inline fun <T> CircuitBreaker.withBreaker(block: () -> T): T {
  contract { callsInPlace(block, InvocationKind.EXACTLY_ONCE) }
  val admission = enterIfClosed() ?: if (isPatient(this)) enterSuspending(this) else enter()
  var failure: Throwable? = null
  try {
    return block()
  } catch (thrown: Throwable) {
    failure = thrown
    throw thrown
  } finally {
    settle(admission, failure, currentCoroutineContext())
  }
}

/** As [CircuitBreaker.withBreaker], through the breaker of the given model. */
public suspend inline fun <T> CircuitBreakers.withBreaker(model: String, block: () -> T): T {
  contract { callsInPlace(block, InvocationKind.EXACTLY_ONCE) }
  return breaker(model).withBreaker(block)
}

/**
 * Whether a refused caller would wait. If not, the refusal need not travel through a suspension.
 */
@PublishedApi
internal fun isPatient(breaker: CircuitBreaker): Boolean =
  !breaker.config().maxWaitInHalfOpen().isZero

@PublishedApi
internal suspend fun enterSuspending(breaker: CircuitBreaker): Admission =
  breaker.companion(HalfOpenQueue::class.java) { HalfOpenQueue(breaker) }.enter()

@PublishedApi
internal fun settle(admission: Admission, failure: Throwable?, caller: CoroutineContext) {
  when {
    failure == null -> admission.success()
    caller.isActive -> admission.failure(failure)
    else -> admission.release()
  }
}
