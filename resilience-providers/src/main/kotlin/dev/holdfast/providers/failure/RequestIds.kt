package dev.holdfast.providers.failure

import dev.holdfast.providers.body.ErrorBody
import java.util.function.Function

/** The names that providers give to requests. */
internal object RequestIds {
  private const val LONGEST = 128

  /* Mistral's is not verified. */
  private val headers =
    listOf(
      "request-id",
      "x-request-id",
      "apim-request-id",
      "x-amzn-requestid",
      "x-generation-id",
      "mistral-correlation-id",
    )

  fun of(header: Function<String, String?>, body: ErrorBody): String? =
    headers.firstNotNullOfOrNull { header.apply(it)?.takeIf(::isId) }
      ?: body.requestId?.takeIf(::isId)

  /** It is going to be logged, so it must be what it says. */
  private fun isId(text: String): Boolean =
    text.isNotEmpty() && text.length <= LONGEST && text.all { it.isIdCharacter() }

  private fun Char.isIdCharacter(): Boolean =
    this in 'a'..'z' || this in 'A'..'Z' || this in '0'..'9' || this in "-_.:/+="
}
