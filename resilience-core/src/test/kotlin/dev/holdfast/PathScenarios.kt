package dev.holdfast

import dev.holdfast.outcome.FailureClass.INVALID_REQUEST
import dev.holdfast.outcome.FailureClass.OVERLOADED
import dev.holdfast.outcome.FailureClass.SERVER_ERROR
import dev.holdfast.outcome.FailureClass.TIMED_OUT
import dev.holdfast.outcome.FailureClass.UNKNOWN
import dev.holdfast.retry.Backoff
import dev.holdfast.retry.Retry
import dev.holdfast.retry.RetryBudget
import dev.holdfast.retry.RetryBudgetConfig
import java.net.ConnectException
import java.time.Duration
import java.util.concurrent.TimeoutException

private val everywhere = listOf("a at 0", "a at 1", "a at 2", "b at 2", "b at 3", "b at 4")

/** A stream shows the first answer, so the call has ended before anybody could judge it. */
fun shownAtOnce(answer: String, vararg left: String): InStreams =
  InStreams(
    "items are not judged as results are: a stream fails by its end",
    listOf(answers(answer)),
    listOf("a at 0", "answer $answer at 0") + left,
  )

/** The usual way of a call along its chain. */
val pathScenarios: List<CallScenario> =
  listOf(
    CallScenario(
      "the first answer is the call's",
      listOf(answers(seconds = 3)),
      listOf("a at 0", "answer yes at 3"),
    ),
    CallScenario(
      "a failure is tried again after a pause",
      listOf(fails(OVERLOADED, seconds = 2), answers()),
      listOf("a at 0", "a at 3", "answer yes at 3"),
    ),
    CallScenario(
      "a model that is down is left for the next one",
      listOf(fails(SERVER_ERROR), fails(SERVER_ERROR), fails(SERVER_ERROR), answers("b's")),
      listOf("a at 0", "a at 1", "a at 2", "b at 2", "answer b's at 2"),
    ),
    CallScenario(
      "the next model has all its attempts",
      listOf(fails(UNKNOWN), fails(SERVER_ERROR), fails(SERVER_ERROR), answers()),
      listOf("a at 0", "b at 0", "b at 1", "b at 2", "answer yes at 2"),
    ),
    CallScenario(
      "a hanging attempt is ended, tried once more, and left",
      listOf(Reply.Hang, Reply.Hang, answers()),
      listOf("a at 0", "a at 31", "b at 61", "answer yes at 61", "a CLOSED 2"),
      tells = { stateOf("a") },
    ),
    CallScenario(
      "when all hang the last timeout is thrown with the others",
      List(4) { Reply.Hang },
      listOf("a at 0", "a at 31", "b at 61", "b at 92") +
        "AttemptTimeoutException, suppressed 3 at 122",
    ),
    CallScenario(
      "a timeout that the call found itself is treated alike",
      listOf(Reply.Fail(5) { TimeoutException() }, Reply.Fail(5) { TimeoutException() }, answers()),
      listOf("a at 0", "a at 6", "b at 11", "answer yes at 11"),
    ),
    CallScenario(
      "the exceptions of the JDK are known",
      listOf(Reply.Fail { ConnectException() }, answers()),
      listOf("a at 0", "a at 1", "answer yes at 1"),
    ),
    CallScenario(
      "when all are down the last failure is thrown with the others",
      List(6) { fails(SERVER_ERROR) },
      everywhere + "SERVER_ERROR, suppressed 5 at 4",
    ),
    CallScenario(
      "when all are down the degraded answer is given",
      List(6) { fails(SERVER_ERROR) },
      everywhere + "answer degraded after 6 at 4",
      degraded = { "degraded after ${it.attempts}" },
    ),
    CallScenario(
      "what the caller must see ends the call",
      listOf(fails(OVERLOADED), fails(INVALID_REQUEST)),
      listOf("a at 0", "a at 1", "INVALID_REQUEST, suppressed 1 at 1"),
      degraded = { "never" },
    ),
    CallScenario(
      "an Error of the program ends the call",
      listOf(Reply.Fail { AssertionError() }),
      listOf("a at 0", "AssertionError, suppressed 0 at 0"),
      degraded = { "never" },
    ),
    CallScenario(
      "a bad result is tried again, and returned when nothing is better",
      List(6) { answers("bad $it") },
      everywhere + "answer bad 5 at 4",
      inStreams = shownAtOnce("bad 0"),
    ),
    CallScenario(
      "a bad result is replaced by the degraded answer",
      List(6) { answers("bad $it") },
      everywhere + "answer degraded after 6 at 4",
      degraded = { "degraded after ${it.attempts}" },
      inStreams = shownAtOnce("bad 0"),
    ),
    CallScenario(
      "a bad result is tried again, and a good one returned",
      listOf(answers("bad"), answers("good")),
      listOf("a at 0", "a at 1", "answer good at 1", "a CLOSED 0"),
      inStreams = shownAtOnce("bad", "a CLOSED 0"),
      tells = { stateOf("a") },
    ),
    CallScenario(
      "what may be tried once is not tried a second time because another failure came before",
      listOf(fails(SERVER_ERROR), fails(TIMED_OUT), answers()),
      listOf("a at 0", "a at 1", "b at 1", "answer yes at 1"),
    ),
    CallScenario(
      "with one attempt for each model nothing is tried again",
      listOf(fails(OVERLOADED), fails(OVERLOADED)),
      listOf("a at 0", "b at 0", "OVERLOADED, suppressed 1 at 0"),
      configure = { retry(Retry.builder().maxAttempts(1).build()) },
    ),
    CallScenario(
      "an empty retry budget leads to the next model",
      listOf(fails(OVERLOADED), fails(OVERLOADED)),
      listOf("a at 0", "b at 0", "OVERLOADED, suppressed 1 at 0"),
      configure = {
        val none = RetryBudgetConfig.builder().fraction(0.01).minPerSecond(0).build()
        val pause = Backoff.fixed(Duration.ofSeconds(1))
        retry(Retry.builder().backoff(pause).budget(RetryBudget.of(none)).build())
      },
    ),
  )
