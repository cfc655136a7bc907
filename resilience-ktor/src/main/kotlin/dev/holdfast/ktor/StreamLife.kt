package dev.holdfast.ktor

import dev.holdfast.plan.CallPlan
import dev.holdfast.plan.CallRecord
import dev.holdfast.time.ScheduledTask
import dev.holdfast.time.Time
import io.ktor.client.call.HttpClientCall
import io.ktor.client.plugins.HttpRequestTimeoutException
import io.ktor.client.request.HttpRequestBuilder
import java.time.Duration
import java.util.function.Supplier
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.Job
import kotlinx.coroutines.cancel
import kotlinx.coroutines.ensureActive
import kotlinx.coroutines.isActive
import kotlinx.coroutines.job

/**
 * What a stream holds until it ends: its plan, with a slot and the breaker's leave, and its call,
 * which is not complete before.
 */
internal class StreamLife(
  private val call: HttpClientCall,
  private val plan: CallPlan<HttpClientCall>,
  private val request: HttpRequestBuilder,
  private val time: Time,
) {

  @Volatile private var timer: ScheduledTask? = null
  private val held = Job(call.response.coroutineContext.job)

  /** Whether the caller still wants an answer to its request, and has a client to get it by. */
  val isWanted: Boolean
    get() = request.executionContext.isActive && !isClosed

  val isClosed: Boolean
    get() = !call.client.isActive

  /** What an `HttpTimeout` around the plugin has ended the request with; null if none has. */
  fun lateness(): HttpRequestTimeoutException? =
    try {
      request.executionContext.ensureActive()
      null
    } catch (gone: CancellationException) {
      gone.unwrapped() as? HttpRequestTimeoutException
    }

  fun begin() = tell(plan.record())

  /**
   * Tells [abandoned] if the call ends before the stream, why, and whether by its model, and
   * [overdue] if the time that it has [left] does, though nobody may be reading.
   */
  fun watch(left: Duration, overdue: () -> Unit, abandoned: (Throwable, Boolean) -> Unit) {
    if (left < LONGEST) timer = time.schedule(left, overdue)
    held.invokeOnCompletion { cause ->
      timer?.cancel()
      if (cause != null) abandoned(cause, isByModel(cause))
    }
  }

  fun end() {
    tell(plan.record())
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

  private fun tell(record: CallRecord) {
    call.attributes.put(CALL_RECORD, Supplier { record })
  }

  /** The engines for Java and Apache tell their failures by cancelling the call. */
  private fun isByModel(cause: Throwable): Boolean =
    isWanted &&
      cause.unwrapped() !is CancellationException &&
      generateSequence(cause) { it.cause }.take(DEPTH).none(Throwable::isOfCallersBlock)

  private companion object {
    const val DEPTH = 16
    val LONGEST: Duration = Duration.ofDays(365)
  }
}
