package dev.holdfast.providers.stream

import dev.holdfast.providers.wait.WaitHint

/**
 * The structured part of an error inside a stream. The message is left out on purpose, because
 * messages quote prompts: a [StreamErrorClassifier] sees it, and nobody after that. Texts that do
 * not look like identifiers are left out too.
 *
 * @property status the HTTP status that the error names; null if it names none
 * @property type `error.type`, or the name of an exception
 * @property code `error.code`; the text of a number if it is one
 * @property detail the finer type that some providers add, such as OpenRouter's
 *   `metadata.error_type`, the `reason` in Google's details, or there the quota of a day or a month
 *   that is used up
 * @property waitHint how long the error asks to wait, in a field or in its message; null if it does
 *   not say, and in a verdict also if its class is never retried
 */
@JvmRecord
public data class StreamError(
  val status: Int?,
  val type: String?,
  val code: String?,
  val detail: String?,
  val waitHint: WaitHint?,
)
