package dev.holdfast.ktor

import dev.holdfast.outcome.Failure
import dev.holdfast.outcome.RetryAdvice
import dev.holdfast.plan.CallPlan
import dev.holdfast.plan.Step
import dev.holdfast.providers.stream.StreamGuard
import dev.holdfast.providers.stream.StreamVerdict
import io.ktor.client.call.HttpClientCall
import java.time.Duration

/**
 * Tells a plan what becomes of the stream that is its attempt under way, once. Confined like the
 * plan.
 *
 * @param guard what knows the stream's protocol; null if nothing does: then each piece of it is
 *   content, and its end is complete unless the transport says otherwise
 * @param length how many bytes the server has announced; null if it has not
 */
internal class StreamJudge(
  private val plan: CallPlan<HttpClientCall>,
  private val guard: StreamGuard?,
  private val length: Long?,
) {

  private val reports = plan.stream()
  private var bytes = 0L
  private var counted = 0L

  /** Whether the reader may have what has come. */
  var isReleased: Boolean = false
    private set

  var isComplete: Boolean = false
    private set

  /** What follows the failure of the stream; null if it has not failed. */
  var step: Step<HttpClientCall>? = null
    private set

  /** Whether all is said about this stream. */
  val isDecided: Boolean
    get() = isComplete || step != null

  /** The reader waits for the model; how long it may. */
  fun awaits(): Duration = reports.awaitingItem()

  /** The reader has given up waiting, for now. */
  fun pauses() {
    reports.itemArrived()
  }

  /** How long the call has left, whether its reader waits or not. */
  fun timeLeft(): Duration = reports.awaitingConsumer()

  /** The deadline of the call has passed. */
  fun overdue() {
    reports.awaitingConsumer()
    stalled()
  }

  /** Looks at bytes that have come; [arrived] is to be told after the last of them. */
  fun look(piece: ByteArray, from: Int, to: Int) {
    bytes += to - from
    guard?.feed(piece, from, to - from)
  }

  fun arrived() {
    reports.itemArrived()
    val verdict = if (guard?.finished == true) guard.end() else null
    // What nobody has seen yet can still be had from another model.
    if (verdict is StreamVerdict.Errored && !isReleased) return fails(verdict)
    val contents = guard?.contentEvents ?: (counted + 1)
    while (counted < contents) {
      counted++
      releases()
    }
    if (verdict != null) settles(verdict)
  }

  /** The reader gets what has come, although no content was seen in it. */
  fun releases() {
    isReleased = true
    plan.contentArrived()
  }

  /** The body has come to an end that its transport takes for a good one. */
  fun ended() {
    if (guard != null) settles(guard.end())
    else if (length != null && bytes < length) step = reports.endedEarly() else completes()
  }

  fun threw(thrown: Throwable) {
    breaks { plan.threw(thrown) }
  }

  fun stalled() {
    breaks { reports.stalled() }
  }

  /** Nobody wants more of the stream. */
  fun left() {
    if (guard?.broken() is StreamVerdict.Complete) completes() else reports.left()
  }

  private fun settles(verdict: StreamVerdict) {
    when (verdict) {
      is StreamVerdict.Complete -> completes()
      is StreamVerdict.Errored -> fails(verdict)
      is StreamVerdict.Truncated -> step = reports.endedEarly()
    }
  }

  private fun fails(verdict: StreamVerdict.Errored) {
    step = reports.failed(verdict.failure())
  }

  private fun completes() {
    isComplete = true
    reports.completed()
  }

  private inline fun breaks(report: () -> Step<HttpClientCall>) {
    if (guard?.broken() is StreamVerdict.Complete) completes() else step = report()
  }
}

/** What the error says of the model, whether the caller has seen content or not. */
internal fun StreamVerdict.Errored.failure(): Failure {
  val wait = error?.waitHint?.duration.takeUnless { failureClass.retry() == RetryAdvice.NEVER }
  return Failure(failureClass, wait, null)
}
