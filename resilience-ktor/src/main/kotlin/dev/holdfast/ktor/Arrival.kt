package dev.holdfast.ktor

import dev.holdfast.plan.Step
import io.ktor.client.call.HttpClientCall
import kotlinx.coroutines.cancel

/** What an attempt has come to. */
internal sealed interface Arrival {

  /** Nothing for the caller: the plan has another step. */
  class Next(val step: Step<HttpClientCall>) : Arrival

  /** The call is for the caller; its body is still on its way, and the plan with it. */
  class Streaming(val call: HttpClientCall, val channel: ObservedChannel) : Arrival {

    /** Nobody will read it. */
    fun abandon() {
      channel.abandon()
      call.cancel()
    }
  }
}
