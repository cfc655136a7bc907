package dev.holdfast

import dev.holdfast.outcome.FailureClass
import dev.holdfast.outcome.FailureClass.CONFLICT
import dev.holdfast.outcome.FailureClass.CONNECTION_FAILED
import dev.holdfast.outcome.FailureClass.CONNECTION_LOST
import dev.holdfast.outcome.FailureClass.CONTENT_REFUSED
import dev.holdfast.outcome.FailureClass.CONTEXT_TOO_LONG
import dev.holdfast.outcome.FailureClass.EMPTY_ANSWER
import dev.holdfast.outcome.FailureClass.FORBIDDEN
import dev.holdfast.outcome.FailureClass.INVALID_REQUEST
import dev.holdfast.outcome.FailureClass.LOCAL_ERROR
import dev.holdfast.outcome.FailureClass.MALFORMED_ANSWER
import dev.holdfast.outcome.FailureClass.MODEL_NOT_FOUND
import dev.holdfast.outcome.FailureClass.MODEL_NOT_READY
import dev.holdfast.outcome.FailureClass.NOT_PROCESSED
import dev.holdfast.outcome.FailureClass.OVERLOADED
import dev.holdfast.outcome.FailureClass.QUOTA_EXHAUSTED
import dev.holdfast.outcome.FailureClass.RATE_LIMITED
import dev.holdfast.outcome.FailureClass.REGION_BLOCKED
import dev.holdfast.outcome.FailureClass.REJECTED
import dev.holdfast.outcome.FailureClass.REQUEST_EXCEEDS_LIMIT
import dev.holdfast.outcome.FailureClass.REQUEST_TOO_LARGE
import dev.holdfast.outcome.FailureClass.SERVER_ERROR
import dev.holdfast.outcome.FailureClass.STREAM_BROKEN
import dev.holdfast.outcome.FailureClass.STREAM_INTERRUPTED
import dev.holdfast.outcome.FailureClass.TIMED_OUT
import dev.holdfast.outcome.FailureClass.UNAUTHENTICATED
import dev.holdfast.outcome.FailureClass.UNKNOWN
import dev.holdfast.outcome.FailureClass.UNTRUSTED_SERVER

/**
 * What a class of failure leads to when `a` fails with it each time and `b` would answer: who is
 * asked when, with and without a hint to wait 5 s, and what is left of it at `a`.
 */
private class Row(
  val kind: FailureClass,
  val plain: String,
  val left: String,
  val hinted: String,
  val leftHinted: String = left,
)

private const val WELL = "a CLOSED 0"
private const val SHUT = "a CLOSED 0 shut"
private const val HURT = "a CLOSED 1"
private const val ILL = "a CLOSED 2"
private const val OPEN = "a OPEN 3"
private const val SEEN = "a0 throws"

private val rows =
  listOf(
    Row(RATE_LIMITED, "a0 b0", WELL, "a0 a5 a10 b10", SHUT),
    Row(REQUEST_EXCEEDS_LIMIT, "a0 b0", WELL, "a0 b0"),
    Row(QUOTA_EXHAUSTED, "a0 b0", SHUT, "a0 b0"),
    Row(OVERLOADED, "a0 a1 a2 b2", OPEN, "a0 a5 a10 b10"),
    Row(MODEL_NOT_READY, "a0 a1 a2 b2", WELL, "a0 a5 a10 b10"),
    Row(SERVER_ERROR, "a0 a1 a2 b2", OPEN, "a0 a5 a10 b10"),
    Row(TIMED_OUT, "a0 a1 b1", ILL, "a0 a5 b5"),
    Row(CONNECTION_FAILED, "a0 a1 a2 b2", OPEN, "a0 a5 a10 b10"),
    Row(CONNECTION_LOST, "a0 a1 b1", ILL, "a0 a5 b5"),
    Row(NOT_PROCESSED, "a0 a1 a2 b2", WELL, "a0 a5 a10 b10"),
    Row(MALFORMED_ANSWER, "a0 a1 b1", ILL, "a0 a5 b5"),
    Row(EMPTY_ANSWER, "a0 a1 b1", WELL, "a0 a5 b5"),
    Row(STREAM_BROKEN, "a0 a1 b1", ILL, "a0 a5 b5"),
    Row(STREAM_INTERRUPTED, SEEN, HURT, SEEN),
    Row(UNTRUSTED_SERVER, SEEN, WELL, SEEN),
    Row(CONFLICT, "a0 a1 a2 b2", WELL, "a0 a5 a10 b10"),
    Row(REQUEST_TOO_LARGE, "a0 b0", WELL, "a0 b0"),
    Row(CONTEXT_TOO_LONG, SEEN, WELL, SEEN),
    Row(CONTENT_REFUSED, SEEN, WELL, SEEN),
    Row(INVALID_REQUEST, SEEN, WELL, SEEN),
    Row(UNAUTHENTICATED, SEEN, WELL, SEEN),
    Row(FORBIDDEN, "a0 b0", WELL, "a0 b0"),
    Row(REGION_BLOCKED, "a0 b0", SHUT, "a0 b0"),
    Row(MODEL_NOT_FOUND, "a0 b0", SHUT, "a0 b0"),
    Row(LOCAL_ERROR, SEEN, WELL, SEEN),
    Row(REJECTED, "a0 b0", WELL, "a0 b0"),
    Row(UNKNOWN, "a0 b0", WELL, "a0 b0"),
  )

/** The classes of failure that have a row. */
val classesWithScenarios: List<FailureClass> = rows.map { it.kind }

/** Each class of failure, with and without a hint. */
val failureScenarios: List<CallScenario> =
  rows.flatMap {
    listOf(
      it.scenario("without a hint", null, it.plain, it.left),
      it.scenario("with a hint", 5, it.hinted, it.leftHinted),
    )
  }

private fun Row.scenario(hinted: String, hint: Long?, path: String, left: String): CallScenario {
  val steps = path.split(" ")
  val attempts = steps.filter { it != "throws" }
  val end =
    if ("throws" in steps) "$kind, suppressed 0 at 0"
    else "answer yes at ${attempts.last().drop(1)}"
  return CallScenario(
    "$kind $hinted",
    attempts.map { if (it.startsWith("a")) fails(kind, hint) else answers() },
    attempts.map { "${it.take(1)} at ${it.drop(1)}" } + end + left,
    degraded = { "never" },
    tells = { stateOf("a") },
  )
}
