@file:JvmName("BreakerFlows")

package dev.holdfast.coroutines

import dev.holdfast.breaker.Admission
import dev.holdfast.breaker.CircuitBreaker
import dev.holdfast.breaker.StateTransition
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.FlowCollector
import kotlinx.coroutines.flow.SharedFlow
import kotlinx.coroutines.flow.StateFlow
import kotlinx.coroutines.flow.flow
import kotlinx.coroutines.isActive

/**
 * The state of this breaker, as its transitions tell it. OPEN becomes HALF_OPEN by the first look
 * after its wait and not before, so without calls it is told late. From the first use of this on
 * the breaker is not idle to its registry, and stays there.
 */
public val CircuitBreaker.state: StateFlow<CircuitBreaker.State>
  get() = observed().state

/**
 * The transitions of this breaker, in the order in which they happen, from the moment of collection
 * on. A collector that is more than 64 transitions behind loses the oldest; it holds up nobody. As
 * with [state], the breaker stays in its registry.
 */
public val CircuitBreaker.stateChanges: SharedFlow<StateTransition>
  get() = observed().changes

private fun CircuitBreaker.observed(): ObservedBreaker =
  companion(ObservedBreaker::class.java) { ObservedBreaker(this) }.also { it.start() }

/**
 * Guards each collection of this flow by [breaker], with a permit of its own.
 *
 * The flow is not started if the breaker refuses. The first item is the content that decides a
 * probe, and that a rule for slow calls measures to. A collection that ends without an exception
 * was a success, and so was one that its collector left after the first item, by `take`, by an
 * exception of its own or by cancellation. Left before the first item, it says nothing about the
 * model. An exception of the flow itself is a failure, before the first item and after it.
 *
 * @throws dev.holdfast.breaker.CircuitOpenException in the collector, if the breaker refuses
 */
public fun <T> Flow<T>.withBreaker(breaker: CircuitBreaker): Flow<T> = flow {
  val admission = breaker.enterIfClosed() ?: enterSuspending(breaker)
  val collection = GuardedCollection(this, admission)
  try {
    collect(collection)
  } catch (thrown: Throwable) {
    collection.ended(thrown, currentCoroutineContext().isActive)
    throw thrown
  }
  admission.success()
}

/** Passes the items on, and remembers what came of them. */
private class GuardedCollection<T>(
  private val downstream: FlowCollector<T>,
  private val admission: Admission,
) : FlowCollector<T> {

  private var hasContent = false
  private var wasLeft = false

  override suspend fun emit(value: T) {
    if (!hasContent) {
      hasContent = true
      admission.contentArrived()
    }
    try {
      downstream.emit(value)
    } catch (thrown: Throwable) {
      wasLeft = isCollectorsOwn()
      throw thrown
    }
  }

  fun ended(thrown: Throwable, callerIsActive: Boolean) {
    when {
      wasLeft || (!callerIsActive && hasContent) -> admission.success()
      callerIsActive -> admission.failure(thrown)
      else -> admission.release()
    }
  }
}
