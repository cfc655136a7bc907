package dev.holdfast.bulkhead

import java.util.concurrent.CompletableFuture
import java.util.concurrent.CompletionStage
import java.util.function.BiConsumer

/** A stage that breaks its contract: it tells its end twice. */
class RepeatingStage<T>(private val value: T) :
  CompletionStage<T> by CompletableFuture.completedStage(value) {
  override fun whenComplete(action: BiConsumer<in T, in Throwable>): CompletionStage<T> {
    repeat(2) { tell(action) }
    return this
  }

  @Suppress("UNCHECKED_CAST")
  private fun tell(action: BiConsumer<in T, in Throwable>) {
    (action as BiConsumer<T, Throwable?>).accept(value, null)
  }
}
