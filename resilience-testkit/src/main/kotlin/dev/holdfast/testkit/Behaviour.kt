package dev.holdfast.testkit

import java.time.Duration
import java.util.concurrent.CompletableFuture

/**
 * What a [ScriptedProvider] does with a request. Immutable; two behaviours that do the same are
 * equal.
 *
 * A streamed answer has the events `message_start`, `content_block_start`, `ping`, then the content
 * in `content_block_delta` events, then `content_block_stop`, `message_delta` and `message_stop`:
 * six more than it has content events. Each goes out in an HTTP chunk of its own.
 *
 * All durations are real time. A wait ends early, and with it the connection, when the client
 * leaves or the provider closes.
 */
public sealed class Behaviour {

  /** Answers and returns what becomes of the connection. */
  internal abstract fun answer(exchange: Exchange): Afterwards

  /** The behaviours. */
  public companion object {
    private const val CONTENT_EVENTS = 3

    /**
     * Answers 200 with a message.
     *
     * @param latency the time until the first byte, headers included
     * @param text the content; `null` means "Hello from <model>", more than once if that is too
     *   short for [contentEvents]
     * @param contentEvents how many events a stream divides [text] into, at least 1; at most one
     *   for each character is sent
     * @param gap the time between two events of a stream
     * @throws IllegalArgumentException if a duration is negative or [contentEvents] below 1
     */
    @JvmStatic
    @JvmOverloads
    public fun healthy(
      latency: Duration = Duration.ZERO,
      text: String? = null,
      contentEvents: Int = CONTENT_EVENTS,
      gap: Duration = Duration.ZERO,
    ): Behaviour = HealthyAnswer(latency, text, contentEvents, gap)

    /**
     * Answers with the status [code], from 200 to 599.
     *
     * @param body the JSON to send; `null` means an error as Anthropic words it, and nothing below
     *   400
     * @param headers sent as they are; `content-type` and `request-id` replace the usual ones
     * @throws IllegalArgumentException if [code] is out of range or allows no [body], or a header
     *   could not be sent or is one of `content-length`, `transfer-encoding` and `connection`
     */
    @JvmStatic
    @JvmOverloads
    public fun status(
      code: Int,
      body: String? = null,
      headers: Map<String, String> = emptyMap(),
    ): Behaviour = StatusAnswer(code, body, headers.toMap())

    /** Answers 529 `overloaded_error`. */
    @JvmStatic public fun overloaded(): Behaviour = status(529)

    /** Answers 500 `api_error`. */
    @JvmStatic public fun serverError(): Behaviour = status(500)

    /**
     * Answers 429 `rate_limit_error`.
     *
     * @param retryAfter sent as `retry-after` in whole seconds, rounded up; `null` sends none
     * @throws IllegalArgumentException if [retryAfter] is negative
     */
    @JvmStatic
    @JvmOverloads
    public fun rateLimited(retryAfter: Duration? = null): Behaviour {
      if (retryAfter == null) return status(429)
      requireNotNegative("retryAfter", retryAfter)
      return rateLimitedWithHeader(retryAfter.plusNanos(999_999_999).toSeconds().toString())
    }

    /**
     * Answers 429 `rate_limit_error` with `retry-after` exactly as given: a date, a fraction, or
     * nonsense.
     *
     * @throws IllegalArgumentException if [retryAfter] is not on one line
     */
    @JvmStatic
    public fun rateLimitedWithHeader(retryAfter: String): Behaviour =
      status(429, null, mapOf("retry-after" to retryAfter))

    /** Never answers. */
    @JvmStatic public fun hang(): Behaviour = HangingAnswer(null)

    /**
     * Answers like [healthy] after [duration].
     *
     * @throws IllegalArgumentException if [duration] is negative
     */
    @JvmStatic
    public fun hangFor(duration: Duration): Behaviour {
      requireNotNegative("duration", duration)
      return healthy(duration)
    }

    /**
     * Answers like [healthy] when [future] completes, normally or not, and then closes the
     * connection.
     */
    @JvmStatic public fun hangUntil(future: CompletableFuture<*>): Behaviour = HangingAnswer(future)

    /** Closes the connection before any byte of an answer; the client sees the data's end. */
    @JvmStatic public fun dropConnection(): Behaviour = ClosedConnection(Afterwards.CLOSE)

    /** Resets the connection (TCP RST) before any byte of an answer. */
    @JvmStatic public fun resetConnection(): Behaviour = ClosedConnection(Afterwards.RESET)

    /**
     * Sends 200 and the first [afterEvents] events, then closes at the end of a chunk without the
     * chunk that ends the body. Without `"stream": true`, sends half of the announced body.
     *
     * Of the events, 3 come before the content and 3 after it: with the default [contentEvents], 3
     * cuts before the first content, 4 after it, and 8 before `message_stop`.
     *
     * @param afterEvents from 0, which sends the headers only, to [contentEvents] + 5
     * @param contentEvents how many content events the whole stream would have, at least 1
     * @param gap the time between two events
     * @throws IllegalArgumentException if a number is out of range or [gap] negative
     */
    @JvmStatic
    @JvmOverloads
    public fun cutStream(
      afterEvents: Int,
      contentEvents: Int = CONTENT_EVENTS,
      gap: Duration = Duration.ZERO,
    ): Behaviour = BrokenStream(BrokenStream.Ending.CUT, afterEvents, contentEvents, gap)

    /**
     * Like [cutStream], but resets the connection (TCP RST). As on any network, the reset may
     * overtake what was sent before it: the client is not sure to see all [afterEvents] events.
     */
    @JvmStatic
    @JvmOverloads
    public fun resetStream(
      afterEvents: Int,
      contentEvents: Int = CONTENT_EVENTS,
      gap: Duration = Duration.ZERO,
    ): Behaviour = BrokenStream(BrokenStream.Ending.RESET, afterEvents, contentEvents, gap)

    /** Like [cutStream], but falls silent and leaves the connection open. */
    @JvmStatic
    @JvmOverloads
    public fun stallStream(
      afterEvents: Int,
      contentEvents: Int = CONTENT_EVENTS,
      gap: Duration = Duration.ZERO,
    ): Behaviour = BrokenStream(BrokenStream.Ending.STALL, afterEvents, contentEvents, gap)

    /**
     * Like [cutStream], but sends an `error` event with `overloaded_error` and ends the stream
     * properly. Without `"stream": true`, answers like [overloaded].
     */
    @JvmStatic
    @JvmOverloads
    public fun errorInStream(
      afterEvents: Int,
      contentEvents: Int = CONTENT_EVENTS,
      gap: Duration = Duration.ZERO,
    ): Behaviour = BrokenStream(BrokenStream.Ending.ERROR, afterEvents, contentEvents, gap)
  }
}
