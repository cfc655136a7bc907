package dev.holdfast.ktor

import dev.holdfast.plan.CallPlan
import io.ktor.client.call.HttpClientCall
import io.ktor.client.request.HttpRequestBuilder
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.Job
import kotlinx.coroutines.cancel
import kotlinx.coroutines.job

/**
 * What a stream holds until it ends: its plan, with a slot and the breaker's leave, and its call,
 * which is not complete before.
 */
internal class StreamLife(
  private val call: HttpClientCall,
  private val plan: CallPlan<HttpClientCall>,
  private val request: HttpRequestBuilder,
) {

  private val held = Job(call.response.coroutineContext.job)

  /** Whether the caller still wants an answer to its request. */
  val isWanted: Boolean
    get() = request.executionContext.isActive

  /** Tells [abandoned] if the call ends before the stream, why, and whether by its model. */
  fun watch(abandoned: (Throwable, Boolean) -> Unit) {
    held.invokeOnCompletion { cause -> if (cause != null) abandoned(cause, isByModel(cause)) }
  }

  fun end() {
    call.attributes.put(CALL_RECORD, plan.record())
    plan.close()
    held.complete()
  }

  /**
   * Closes the connection. A reader who leaves `client.sse { }` would not, and an engine that waits
   * for the next bytes does not notice by itself that nobody wants them.
   */
  fun cancel() {
    call.cancel()
  }

  /** The engines for Java and Apache tell their failures by cancelling the call. */
  private fun isByModel(cause: Throwable): Boolean =
    isWanted &&
      cause.unwrapped() !is CancellationException &&
      generateSequence(cause) { it.cause }.take(DEPTH).none { it.message == THROWN_BY_CALLER }

  private companion object {
    const val DEPTH = 16

    /** Written by Ktor around what the block of `execute { }` throws. */
    const val THROWN_BY_CALLER = "Exception occurred during request execution"
  }
}
