package dev.holdfast.ktor

import dev.holdfast.plan.Step
import io.ktor.client.call.HttpClientCall
import kotlinx.coroutines.cancel

/** What an attempt has come to. */
internal sealed interface Arrival {

  /** Nothing for the caller: the plan has another step. */
  class Next(val step: Step<HttpClientCall>) : Arrival

  /** The call is for the caller. */
  sealed class OfCall(val call: HttpClientCall) : Arrival

  class Whole(call: HttpClientCall) : OfCall(call)

  /** Its body is still on its way, and the plan with it. */
  class Streaming(call: HttpClientCall, val channel: ObservedChannel) : OfCall(call) {

    /** Nobody will read it. */
    fun abandon() {
      channel.abandon()
      call.cancel()
    }
  }
}
