package dev.holdfast.coroutines

import dev.holdfast.breaker.CircuitBreaker
import dev.holdfast.breaker.StateTransition
import java.util.concurrent.atomic.AtomicBoolean
import kotlinx.coroutines.channels.BufferOverflow
import kotlinx.coroutines.flow.MutableSharedFlow
import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.SharedFlow
import kotlinx.coroutines.flow.StateFlow
import kotlinx.coroutines.flow.asSharedFlow
import kotlinx.coroutines.flow.asStateFlow

/**
 * What coroutines see of one breaker. The breaker tells its transitions in order, one at a time.
 */
internal class ObservedBreaker(private val breaker: CircuitBreaker) {

  private val isListening = AtomicBoolean()
  private val mutableState = MutableStateFlow(breaker.state())
  private val mutableChanges =
    MutableSharedFlow<StateTransition>(
      extraBufferCapacity = BUFFER,
      onBufferOverflow = BufferOverflow.DROP_OLDEST,
    )

  val state: StateFlow<CircuitBreaker.State> = mutableState.asStateFlow()
  val changes: SharedFlow<StateTransition> = mutableChanges.asSharedFlow()

  /** Not in the constructor: of two that are made at the same time, one is dropped unused. */
  fun start() {
    if (!isListening.compareAndSet(false, true)) return
    breaker.onTransition { transition ->
      mutableState.value = transition.to
      mutableChanges.tryEmit(transition)
    }
    // A transition before the listener was there was told to nobody.
    do {
      val seen = breaker.snapshot()
      mutableState.value = seen.state
    } while (breaker.snapshot().generation != seen.generation)
  }

  private companion object {
    const val BUFFER = 64
  }
}
