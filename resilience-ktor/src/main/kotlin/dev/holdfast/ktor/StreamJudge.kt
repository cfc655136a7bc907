package dev.holdfast.ktor

import dev.holdfast.outcome.Failure
import dev.holdfast.outcome.FailureClass
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
 * @param isLines whether the body is made of lines, as events of servers are: then one that is
 *   empty, or that ends inside a line, is not all of it
 */
internal class StreamJudge(
  private val plan: CallPlan<HttpClientCall>,
  private val guard: StreamGuard?,
  private val length: Long?,
  private val isLines: Boolean,
) {

  private val reports = plan.stream()
  private var bytes = 0L
  private var counted = 0L
  private var last: Byte = 0

  /** The contents that the plan has not been told of. */
  private var untold = 0
  private var isShown = false

  /** Whether the reader may have what has come. */
  var isReleased: Boolean = false
    private set

  var isComplete: Boolean = false
    private set

  /** What follows the failure of the stream; null if it has not failed. */
  var step: Step<HttpClientCall>? = null
    private set

  /**
   * The stream is the reader's from now on. Until then only its failure is told: what nobody has
   * seen may yet be taken back.
   */
  fun shown() {
    isShown = true
    if (untold > 0) reports.contentsArrived(untold)
    if (isComplete) reports.completed()
  }

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

  /**
   * The caller has ended the stream, by a limit of its request or by closing its client: that says
   * nothing about the model.
   */
  fun late(cause: Throwable) {
    breaks { reports.failed(Failure.of(FailureClass.REJECTED, cause)) }
  }

  /** Looks at bytes that have come; [arrived] is to be told after the last of them. */
  fun look(piece: ByteArray, from: Int, to: Int) {
    if (from == to) return
    bytes += to - from
    last = piece[to - 1]
    guard?.feed(piece, from, to - from)
  }

  fun arrived() {
    reports.itemArrived()
    val verdict = if (guard?.finished == true) guard.end() else null
    // What nobody has seen yet can still be had from another model.
    if (verdict is StreamVerdict.Errored && !isReleased) return fails(verdict)
    val contents = guard?.contentEvents ?: (counted + 1)
    if (contents > counted) releases((contents - counted).toInt())
    counted = contents
    if (verdict != null) settles(verdict)
  }

  /** The reader gets what has come, although no content was seen in it. */
  fun releases() = releases(1)

  private fun releases(contents: Int) {
    isReleased = true
    if (isShown) reports.contentsArrived(contents) else untold += contents
  }

  /** The body has come to an end that its transport takes for a good one. */
  fun ended() {
    if (isDecided) return
    if (guard != null) settles(guard.end())
    else if (isShort()) step = reports.endedEarly() else completes()
  }

  /** What can be told of a body in an unknown protocol. */
  private fun isShort(): Boolean =
    (length != null && bytes < length) || (isLines && last != LF && last != CR)

  fun threw(thrown: Throwable) {
    breaks { plan.threw(thrown) }
  }

  fun stalled() {
    breaks { reports.stalled() }
  }

  /** Nobody wants more of the stream. */
  fun left() {
    if (isDecided) return
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
    if (isShown) reports.completed()
  }

  /**
   * An engine may tell a failure while the end of the stream, which came before it, is looked at.
   */
  private inline fun breaks(report: () -> Step<HttpClientCall>) {
    if (isDecided) return
    if (guard?.broken() is StreamVerdict.Complete) completes() else step = report()
  }

  private companion object {
    const val LF = '\n'.code.toByte()
    const val CR = '\r'.code.toByte()
  }
}

/** What the error says of the model, whether the caller has seen content or not. */
internal fun StreamVerdict.Errored.failure(): Failure {
  val wait = error?.waitHint?.duration.takeUnless { failureClass.retry() == RetryAdvice.NEVER }
  return Failure(failureClass, wait, null)
}
