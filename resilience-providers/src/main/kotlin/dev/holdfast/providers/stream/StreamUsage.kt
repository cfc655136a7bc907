package dev.holdfast.providers.stream

/**
 * The tokens that a stream reported, as its provider counts them.
 *
 * @property inputTokens the tokens of the prompt; null if the stream did not say
 * @property outputTokens the tokens of the answer so far; null if the stream did not say
 */
@JvmRecord public data class StreamUsage(val inputTokens: Long?, val outputTokens: Long?)
