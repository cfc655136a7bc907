package dev.holdfast.testing

import dev.holdfast.outcome.Classifier
import dev.holdfast.outcome.Failure
import dev.holdfast.outcome.FailureClass
import dev.holdfast.plan.CallTrace
import java.time.Duration

/** What a model of the tests throws: it says itself what class of failure it is. */
class Fault(val kind: FailureClass, val hint: Duration? = null) : Exception("$kind")

/** Believes a [Fault], and takes a result that begins with `bad` for a failure without a cause. */
object FaultClassifier : Classifier<Any?> {
  override fun ofResult(result: Any?): Failure? =
    if (result.toString().startsWith("bad")) Failure(FailureClass.SERVER_ERROR, null, null)
    else null

  override fun ofException(thrown: Throwable): Failure =
    if (thrown is Fault) Failure(thrown.kind, thrown.hint, thrown)
    else Classifier.standard().ofException(thrown)
}

/** The failures of a call that came before this one: its suppressed ones but for the record. */
fun Throwable.earlier(): List<Throwable> = suppressed.filter { it !is CallTrace }
