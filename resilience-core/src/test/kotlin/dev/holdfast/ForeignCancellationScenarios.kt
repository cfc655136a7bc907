package dev.holdfast

import dev.holdfast.outcome.FailureClass.UNKNOWN
import dev.holdfast.situations.coroutineTimeout
import java.time.Duration
import java.util.concurrent.CancellationException

private fun cancels(seconds: Long = 0) =
  Reply.Fail(seconds) { CancellationException("the client's own") }

private fun timesOut() = Reply.Fail(0) { coroutineTimeout() }

/** Cancellations that are not the caller's: none of them may look like one that is. */
val foreignCancellationScenarios: List<CallScenario> =
  listOf(
    CallScenario(
      "a cancellation of an attempt's own is a failure, and the next model is asked",
      listOf(cancels(), cancels(), answers()),
      listOf("a at 0", "a at 1", "b at 1", "answer yes at 1", "a CLOSED 2"),
      tells = { stateOf("a") },
    ),
    CallScenario(
      "a call whose last attempt was cancelled from inside ends as one that timed out",
      listOf(fails(UNKNOWN), cancels(), cancels()),
      listOf("a at 0", "b at 0", "b at 1", "AttemptTimeoutException, suppressed 2 at 1"),
    ),
    CallScenario(
      "a call whose last attempt ran into a timeout of its own ends as one that timed out",
      listOf(fails(UNKNOWN), timesOut(), timesOut()),
      listOf("a at 0", "b at 0", "b at 1", "AttemptTimeoutException, suppressed 2 at 1"),
    ),
    CallScenario(
      "an attempt that is cut short by its own timeout counts against its model all the same",
      listOf(cancels(seconds = 5), cancels()),
      listOf("a at 0", "a at 6", "AttemptTimeoutException, suppressed 1 at 6", "a CLOSED 2"),
      configure = chat { chain("a") },
      feature = "chat",
      within = Duration.ofSeconds(20),
      tells = { stateOf("a") },
    ),
    CallScenario(
      "a degraded answer that is cancelled from inside ends the call as a failure",
      List(2) { fails(UNKNOWN) },
      listOf("a at 0", "b at 0", "IllegalStateException, suppressed 0 at 0"),
      degraded = { throw CancellationException("the cache's own") },
    ),
    CallScenario(
      "a degraded answer that runs into a timeout of its own later ends the call then",
      List(2) { fails(UNKNOWN) },
      listOf("a at 0", "b at 0", "IllegalStateException, suppressed 0 at 3"),
      degraded = { throw coroutineTimeout() },
      degradedSeconds = 3,
    ),
  )
