package dev.holdfast

import dev.holdfast.outcome.Classifier
import dev.holdfast.outcome.Failure
import dev.holdfast.outcome.FailureClass.OVERLOADED
import dev.holdfast.outcome.FailureClass.SERVER_ERROR
import dev.holdfast.outcome.FailureClass.UNKNOWN
import dev.holdfast.testing.Fault
import java.io.IOException

/** Listeners, classifiers and degraded answers that fail themselves. */
val userCodeScenarios: List<CallScenario> =
  listOf(
    CallScenario(
      "a listener that throws changes nothing",
      listOf(fails(OVERLOADED), answers()),
      listOf("a at 0", "a at 1", "answer yes at 1"),
      prepare = { onCall { error("a listener that throws") } },
    ),
    CallScenario(
      "a listener that throws does not replace the failure of the call",
      List(2) { fails(UNKNOWN) },
      listOf("a at 0", "b at 0", "UNKNOWN, suppressed 1 at 0"),
      prepare = { onCall { error("a listener that throws") } },
    ),
    CallScenario(
      "a listener of circuits that throws changes nothing",
      List(3) { fails(SERVER_ERROR) } + answers(),
      listOf("a at 0", "a at 1", "a at 2", "b at 2", "answer yes at 2", "a OPEN 3"),
      tells = { stateOf("a") },
      prepare = { breakers().onTransition { error("a listener that throws") } },
    ),
    CallScenario(
      "a failure that the classifier throws at is unknown, and goes to the next model",
      listOf(fails(OVERLOADED), fails(OVERLOADED)),
      // The failure of a, and what the classifier threw at that of b.
      listOf("a at 0", "b at 0", "OVERLOADED, suppressed 2 at 0", "a CLOSED 0"),
      classifier = BrokenClassifier,
      tells = { stateOf("a") },
    ),
    CallScenario(
      "a result that the classifier throws at is unknown, and returned when nothing is better",
      listOf(answers("one"), answers("two")),
      listOf("a at 0", "b at 0", "answer two at 0"),
      classifier = BrokenClassifier,
      inStreams = shownAtOnce("one"),
    ),
    CallScenario(
      "a result that the classifier throws at is not returned when another model failed after it",
      listOf(answers("one"), fails(UNKNOWN)),
      listOf("a at 0", "b at 0", "UNKNOWN, suppressed 2 at 0"),
      classifier = BrokenClassifier,
      inStreams = shownAtOnce("one"),
    ),
    CallScenario(
      "a failure without its cause gets it",
      List(2) { fails(UNKNOWN) },
      listOf("a at 0", "b at 0", "UNKNOWN, suppressed 1 at 0"),
      classifier = CauselessClassifier,
    ),
    CallScenario(
      "what the degraded answer throws ends the call",
      listOf(fails(UNKNOWN), fails(UNKNOWN)),
      listOf("a at 0", "b at 0", "IllegalStateException, suppressed 0 at 0"),
      degraded = { error("no cache") },
    ),
    CallScenario(
      "what a degraded answer throws later ends the call then",
      listOf(fails(UNKNOWN), fails(UNKNOWN)),
      listOf("a at 0", "b at 0", "IOException, suppressed 0 at 3"),
      degraded = { throw IOException("no cache") },
      degradedSeconds = 3,
    ),
    CallScenario(
      "an Error of the degraded answer ends the call",
      listOf(fails(UNKNOWN), fails(UNKNOWN)),
      listOf("a at 0", "b at 0", "AssertionError, suppressed 0 at 0"),
      degraded = { throw AssertionError("a mistake") },
    ),
    CallScenario(
      "a degraded answer may take its time",
      listOf(fails(UNKNOWN), fails(UNKNOWN)),
      listOf("a at 0", "b at 0", "answer degraded at 3"),
      degraded = { "degraded" },
      degradedSeconds = 3,
    ),
    CallScenario(
      "a degraded answer that the classifier dislikes is given all the same",
      listOf(fails(UNKNOWN), fails(UNKNOWN)),
      listOf("a at 0", "b at 0", "answer bad but all there is at 0"),
      degraded = { "bad but all there is" },
    ),
  )

/** Throws whatever it is asked. */
private object BrokenClassifier : Classifier<Any?> {
  override fun ofResult(result: Any?): Failure? = error("a classifier that throws")

  override fun ofException(thrown: Throwable): Failure = error("a classifier that throws")
}

/** Knows the class and forgets what was thrown. */
private object CauselessClassifier : Classifier<Any?> {
  override fun ofException(thrown: Throwable): Failure = Failure((thrown as Fault).kind, null, null)
}
