package dev.holdfast.providers.wait

import dev.holdfast.providers.time.Quantity
import java.time.Duration

/** Waits in the words of a message, which no provider promises to keep. */
internal object WaitWords {
  private val phrases =
    listOf("try again in ", "try again after ", "retry after ", "retry in ", "wait for ", "wait ")

  /** The longest wait that the text, in lower case, asks for with a number and a unit. */
  fun longest(text: String, sane: (Duration) -> Boolean): Duration? =
    phrases.flatMap { waits(text, it) }.filter(sane).maxOrNull()

  private fun waits(text: String, phrase: String): List<Duration> =
    generateSequence(text.indexOf(phrase)) { text.indexOf(phrase, it + phrase.length) }
      .takeWhile { it >= 0 }
      .mapNotNull { Quantity.leading(text, it + phrase.length) }
      .toList()
}
