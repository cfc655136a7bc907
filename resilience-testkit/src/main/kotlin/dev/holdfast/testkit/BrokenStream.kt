package dev.holdfast.testkit

import java.time.Duration

internal data class BrokenStream(
  private val ending: Ending,
  private val afterEvents: Int,
  private val contentEvents: Int,
  private val gap: Duration,
) : Behaviour() {
  enum class Ending {
    CUT,
    RESET,
    STALL,
    ERROR,
  }

  init {
    requireNotNegative("gap", gap)
    require(contentEvents >= 1) { "contentEvents must be at least 1, but was $contentEvents" }
    val most = contentEvents + EVENTS_AROUND_CONTENT - 1
    require(afterEvents in 0..most) { "afterEvents must be in 0..$most, but was $afterEvents" }
  }

  override fun answer(exchange: Exchange): Afterwards {
    val message = Message(exchange.request, null, contentEvents)
    if (exchange.request.isStreaming) return breakStream(exchange, message)
    if (ending == Ending.ERROR) return overloaded().answer(exchange)
    exchange.respondHalf(message.body().toByteArray())
    return breakOff(exchange)
  }

  private fun breakStream(exchange: Exchange, message: Message): Afterwards {
    val afterwards = exchange.startStream()
    message.events().take(afterEvents).forEachIndexed { index, event ->
      if (index > 0) exchange.pause(gap)
      exchange.send(event)
    }
    if (ending != Ending.ERROR) return breakOff(exchange)
    exchange.send(ServerSentEvent("error", ErrorBody(529, exchange.request.id).toString()))
    exchange.endStream()
    return afterwards
  }

  private fun breakOff(exchange: Exchange): Afterwards {
    if (ending == Ending.STALL) exchange.pauseUntilReleased()
    return if (ending == Ending.RESET) Afterwards.RESET else Afterwards.CLOSE
  }

  override fun toString(): String =
    when (ending) {
      Ending.CUT -> "cutStream($afterEvents)"
      Ending.RESET -> "resetStream($afterEvents)"
      Ending.STALL -> "stallStream($afterEvents)"
      Ending.ERROR -> "errorInStream($afterEvents)"
    }

  private companion object {
    const val EVENTS_AROUND_CONTENT = 6
  }
}
