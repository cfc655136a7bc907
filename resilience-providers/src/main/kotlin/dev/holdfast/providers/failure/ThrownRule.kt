package dev.holdfast.providers.failure

import dev.holdfast.outcome.FailureClass
import java.util.Locale

/** One line that says what an exception means. Types are known by name, so none is depended on. */
internal class ThrownRule(
  val place: String,
  val failureClass: FailureClass,
  private val types: List<String>,
  private val messages: List<ValueTest>,
) {
  fun holds(thrown: Throwable): Boolean =
    generateSequence<Class<*>>(thrown.javaClass) { it.superclass }.any { it.name in types } &&
      messages.all { it.holds(thrown.message.orEmpty().lowercase(Locale.ROOT)) }
}
