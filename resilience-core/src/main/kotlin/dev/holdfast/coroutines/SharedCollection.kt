package dev.holdfast.coroutines

import dev.holdfast.stream.SharedItems
import kotlin.coroutines.CoroutineContext
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.Job
import kotlinx.coroutines.channels.Channel
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.FlowCollector
import kotlinx.coroutines.launch

/** Collects [upstream] for those who share these items, as nobody's child. */
internal fun <T> SharedItems<T>.begin(context: CoroutineContext, upstream: Flow<T>) {
  val room = Channel<Unit>(Channel.CONFLATED)
  val collecting =
    CoroutineScope(context.minusKey(Job).withoutDeadline()).launch(start = CoroutineStart.LAZY) {
      try {
        upstream.collect { while (!offer(it)) room.receive() }
        end(null)
      } catch (thrown: Throwable) {
        end(thrown)
      }
    }
  // A dispatcher that is shut down cancels what it does not run.
  collecting.invokeOnCompletion { cause -> if (cause != null) end(cause) }
  begins({ room.trySend(Unit) }, { collecting.cancel() })
  collecting.start()
}

/** Passes all items on, and leaves whatever happens. Told of [changes], which is its own. */
internal suspend fun <T> SharedItems.Seat<T>.pass(
  collector: FlowCollector<T>,
  changes: Channel<Unit>,
) {
  try {
    while (true) {
      val batch = arrived(MOST_AT_ONCE)
      when {
        batch.isNotEmpty() -> {
          batch.forEach { collector.emit(it) }
          passed(batch.size)
        }
        isAtEnd -> {
          failure()?.let { throw it }
          return
        }
        else -> changes.receive()
      }
    }
  } finally {
    leave()
  }
}

/** An upstream that waits for room gets it in such steps. */
private const val MOST_AT_ONCE = 64
