package dev.holdfast.providers.failure

import dev.holdfast.outcome.CallRejectedException
import dev.holdfast.outcome.Classifier
import dev.holdfast.outcome.Failure

/**
 * Knows the exceptions of HTTP clients and SDKs by the names of their types, and those of the JDK
 * as [Classifier.standard] does. Every result is a success. Safe for use by many threads.
 *
 * Exceptions that stand for a response with a status are for [ResponseClassifier]; look at those
 * first.
 */
public class ExceptionClassifier private constructor(private val rules: FailureRules) :
  Classifier<Any?> {

  /** The first exception that a rule knows, from the outermost cause inwards, decides. */
  override fun ofException(thrown: Throwable): Failure {
    if (thrown is Error) return Classifier.standard().ofException(thrown)
    val causes = generateSequence(thrown) { it.cause }.take(DEPTH)
    for (cause in causes) {
      if (cause is CallRejectedException) break
      val rule = rules.thrown.firstOrNull { it.holds(cause) } ?: continue
      return Failure.of(rule.failureClass, thrown)
    }
    return Classifier.standard().ofException(thrown)
  }

  /** Makes classifiers. */
  public companion object {
    /** Chains of causes are short; this ends one that runs in a circle. */
    private const val DEPTH = 16

    /** A classifier by [rules]. */
    @JvmStatic
    @JvmOverloads
    public fun of(rules: FailureRules = FailureRules.standard()): ExceptionClassifier =
      ExceptionClassifier(rules)
  }
}
