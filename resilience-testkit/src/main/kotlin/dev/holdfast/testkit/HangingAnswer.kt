package dev.holdfast.testkit

import java.util.concurrent.CompletableFuture

/** Hangs until [until] completes, and for ever without it. */
internal data class HangingAnswer(private val until: CompletableFuture<*>?) : Behaviour() {

  override fun answer(exchange: Exchange): Afterwards {
    val release = until?.handle { _, _ -> exchange.release() }
    try {
      exchange.pauseUntilReleased()
    } finally {
      release?.cancel(false)
    }
    return healthy().answer(exchange)
  }

  override fun toString(): String = if (until == null) "hang()" else "hangUntil()"
}
