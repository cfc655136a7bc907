package dev.holdfast.testkit

import java.time.Duration

internal data class HealthyAnswer(
  private val latency: Duration,
  private val text: String?,
  private val contentEvents: Int,
  private val gap: Duration,
) : Behaviour() {
  init {
    requireNotNegative("latency", latency)
    requireNotNegative("gap", gap)
    require(contentEvents >= 1) { "contentEvents must be at least 1, but was $contentEvents" }
  }

  override fun answer(exchange: Exchange): Afterwards {
    exchange.pause(latency)
    val message = Message(exchange.request, text, contentEvents)
    if (!exchange.request.isStreaming) {
      return exchange.respond(200, message.body().toByteArray())
    }
    val afterwards = exchange.startStream()
    message.events().forEachIndexed { index, event ->
      if (index > 0) exchange.pause(gap)
      exchange.send(event)
    }
    exchange.endStream()
    return afterwards
  }

  override fun toString(): String = "healthy(latency=$latency)"
}
