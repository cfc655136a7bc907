package dev.holdfast.providers.failure

import dev.holdfast.providers.Provider
import dev.holdfast.providers.body.ErrorBody
import dev.holdfast.providers.body.Field
import java.util.Locale
import java.util.function.Function

/** All that the rules look at in one response. Confined to one classification. */
internal class Evidence(
  val provider: Provider,
  status: Int,
  val header: Function<String, String?>,
  val body: ErrorBody,
) {
  /** The status that counts: an answer with 200 may hide another one. */
  var status: Int = effective(status)
    private set

  /** The exception that Bedrock names in a header, or for a frame of a stream. */
  private var types: List<String>? = null
  private var firstWords: String? = null

  /** The first words of the provider; those far behind the start could be anybody's. */
  val words: String
    get() = firstWords ?: body.words.take(WORDS).also { firstWords = it }

  /** The identifiers of one kind, in lower case. */
  fun of(field: Field): List<String> =
    if (field == Field.TYPE) types ?: readTypes().also { types = it } else body.of(field)

  /** From now on the response counts as one with this status. */
  fun countAs(status: Int) {
    this.status = status
  }

  private fun readTypes(): List<String> {
    var read = body.of(Field.TYPE)
    for (name in TYPE_HEADERS) header.apply(name)?.let { read = read + exceptionName(it) }
    return read
  }

  private fun effective(status: Int): Int =
    when {
      status < FIRST_FAILURE -> body.status ?: body.originalStatus ?: status
      status == FAILED_DEPENDENCY -> body.originalStatus ?: status
      else -> status
    }

  private companion object {
    const val FIRST_FAILURE = 400
    const val FAILED_DEPENDENCY = 424
    const val WORDS = 500
    val TYPE_HEADERS = arrayOf("x-amzn-errortype", ":exception-type")

    fun exceptionName(header: String): String =
      header.substringBefore(':').substringAfterLast('#').trim().lowercase(Locale.ROOT)
  }
}
