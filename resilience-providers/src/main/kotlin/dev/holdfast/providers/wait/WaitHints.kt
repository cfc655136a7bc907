package dev.holdfast.providers.wait

import dev.holdfast.providers.body.ErrorBody
import dev.holdfast.providers.body.Field
import dev.holdfast.providers.body.Unquoted
import dev.holdfast.providers.time.Moment
import dev.holdfast.providers.time.Quantity
import java.time.Duration
import java.time.Instant
import java.util.function.Function

/**
 * How long a provider asks to wait, from a response that is a failure. The first of these that
 * makes sense decides:
 * 1. `retry-after-ms` or `x-ms-retry-after-ms`: milliseconds;
 * 2. `retry-after`: seconds, whole or not, or an HTTP-date;
 * 3. `retryDelay` of Google's `RetryInfo`, in the body;
 * 4. `retry_after` of the error in the body: seconds;
 * 5. the resets of the limits that are used up, of which the longest: durations as `6m0s`, RFC
 *    3339, Unix seconds or milliseconds;
 * 6. the message: "try again in 1.4s", "retry after 6 seconds".
 *
 * A moment is compared with the `date` of the same response, because the local clock may be off.
 * Without one, a date in `retry-after` says that some wait is asked for but not which, so it is
 * taken for a minute: the window of most limits, and the longest hint that most clients follow.
 * Other moments are ignored then.
 *
 * What is longer than the longest wait to believe in is cut to it, because whoever asks for a long
 * wait does not want the next request at once. Ten years and more are ignored: so large a number is
 * a point in time or nothing at all. So is everything that is not understood or not positive.
 * Nothing throws.
 *
 * Not verified with the providers: that OpenRouter's reset is in milliseconds, and the plain
 * `x-ratelimit-reset` and `ratelimit-reset`, of which small numbers are taken for seconds.
 */
public object WaitHints {

  /** Longer hints are cut to this: the longest known is a month's end. */
  @JvmField public val LONGEST: Duration = Duration.ofDays(31)

  private val ABSURD: Duration = Duration.ofDays(3650)
  private val UNDATED: Duration = Duration.ofMinutes(1)

  /**
   * The wait that a failed response asks for; null if it asks for none.
   *
   * @param header looks a header up by its name in lower case; null if the response has none
   * @param body the body; null if it is not known
   * @param longest a hint that is longer is cut to this
   * @throws IllegalArgumentException if [longest] is not positive
   */
  @JvmStatic
  @JvmOverloads
  public fun of(
    header: Function<String, String?>,
    body: String? = null,
    longest: Duration = LONGEST,
  ): WaitHint? {
    require(longest > Duration.ZERO) { "longest must be positive, but was $longest" }
    return of(header, if (body == null) ErrorBody.unread() else ErrorBody.read(body), longest)
  }

  internal fun of(
    header: Function<String, String?>,
    body: ErrorBody,
    longest: Duration = LONGEST,
  ): WaitHint? = Search(header, body, longest).everywhere()

  /** The wait that `retry-after` and its relatives ask for. */
  internal fun inRetryAfter(header: Function<String, String?>): WaitHint? =
    Search(header, ErrorBody.unread(), LONGEST).inRetryAfter()

  /**
   * The wait that an error inside a stream asks for.
   *
   * @param delay seconds, with their unit as Google writes it, or without as OpenRouter does
   */
  internal fun inError(delay: String?, message: String): WaitHint? {
    if (delay != null) {
      val seconds = Quantity.number(delay, Quantity.NANOS_PER_SECOND)
      hint(Quantity.withUnits(delay), WaitSource.RETRY_INFO)?.let {
        return it
      }
      hint(seconds, WaitSource.BODY_FIELD)?.let {
        return it
      }
    }
    return hint(WaitWords.longest(Unquoted.words(message), ::isSane), WaitSource.TEXT)
  }

  private fun hint(wait: Duration?, source: WaitSource, longest: Duration = LONGEST): WaitHint? =
    if (wait == null || !isSane(wait)) null else WaitHint(minOf(wait, longest), source)

  private fun isSane(wait: Duration): Boolean = wait > Duration.ZERO && wait < ABSURD

  private class Search(
    private val header: Function<String, String?>,
    private val body: ErrorBody,
    private val longest: Duration,
  ) {
    fun everywhere(): WaitHint? = inRetryAfter() ?: inBody() ?: inResets() ?: inWords()

    fun inRetryAfter(): WaitHint? {
      for (name in millisHeaders) {
        val millis = header.apply(name)?.let { Quantity.number(it, Quantity.NANOS_PER_MILLI) }
        hint(millis, WaitSource.RETRY_AFTER_MS)?.let {
          return it
        }
      }
      val text = header.apply("retry-after") ?: return null
      return hint(seconds(text) ?: untilDate(text), WaitSource.RETRY_AFTER)
    }

    private fun untilDate(text: String): Duration? {
      val moment = Moment.ofHttpDate(text) ?: return null
      val now = date() ?: return UNDATED
      return Moment.until(moment, now)
    }

    private fun inBody(): WaitHint? =
      hint(longestOf(Field.RETRY_DELAY, Quantity::withUnits), WaitSource.RETRY_INFO)
        ?: hint(longestOf(Field.RETRY_AFTER, ::seconds), WaitSource.BODY_FIELD)

    private fun inResets(): WaitHint? =
      hint(Limits.longestReset(header, date(), ::isSane), WaitSource.RESET_HEADER)

    private fun inWords(): WaitHint? =
      hint(WaitWords.longest(body.words, ::isSane), WaitSource.TEXT)

    private fun longestOf(field: Field, read: (String) -> Duration?): Duration? =
      body.of(field).mapNotNull(read).filter(::isSane).maxOrNull()

    private fun hint(wait: Duration?, source: WaitSource): WaitHint? = hint(wait, source, longest)

    private fun seconds(text: String): Duration? = Quantity.number(text, Quantity.NANOS_PER_SECOND)

    private fun date(): Instant? = header.apply("date")?.let(Moment::ofHttpDate)
  }

  private val millisHeaders = listOf("retry-after-ms", "x-ms-retry-after-ms")
}
