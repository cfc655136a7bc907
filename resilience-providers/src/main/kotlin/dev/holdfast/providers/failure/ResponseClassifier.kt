package dev.holdfast.providers.failure

import dev.holdfast.outcome.FailureClass
import dev.holdfast.outcome.RetryAdvice
import dev.holdfast.providers.Provider
import dev.holdfast.providers.body.ErrorBody
import dev.holdfast.providers.body.Utf8Text
import dev.holdfast.providers.wait.WaitHint
import dev.holdfast.providers.wait.WaitHints
import java.util.Objects
import java.util.function.Function

/**
 * Says what a provider's response means: from its status, its headers and the fields of its body,
 * and from the words of its message last. Immutable, and safe for use by many threads.
 *
 * It works on strings, so it serves any client and any SDK:
 * ```java
 * var classifier = ResponseClassifier.of(Provider.ANTHROPIC);
 * var failure = classifier.classify(529, name -> headers.get(name), body); // OVERLOADED
 * ```
 *
 * Headers are asked for by their names in lower case; the function answers null for those that the
 * response does not have. Bodies may be anything: nothing here throws for what a provider sends. Of
 * a failure's body, the first 65,536 characters are read; a longer one may be cut before.
 *
 * Pitfall: an answer with a status below 400 is no failure to [classify], although it may hide one.
 * Only [classifyAnswer] looks into it, and reads all of it.
 */
public class ResponseClassifier
private constructor(private val provider: Provider, private val rules: FailureRules) {

  /**
   * What a response means; null if its status is below 400.
   *
   * @param body null if it is not known: then the status and the headers decide alone
   */
  @JvmOverloads
  public fun classify(
    status: Int,
    header: Function<String, String?>,
    body: String? = null,
  ): ResponseFailure? = if (status < FIRST_FAILURE) null else classifyError(status, header, body)

  /**
   * What a whole answer hides behind a status below 400: an error, a refusal, a page of a proxy, or
   * something that breaks off; null if it is a success. With a status from 400 it is [classify].
   *
   * An answer without content is a success here, because it often is one; the rule `EMPTY_ANSWER
   * status=200 body=answer content=none` makes it a failure. A stream of events is not judged,
   * unless its first event is an error.
   */
  public fun classifyAnswer(
    status: Int,
    header: Function<String, String?>,
    body: String,
  ): ResponseFailure? = judgeAnswer(status, header, body)

  /**
   * As [classifyAnswer] of the text that these bytes are in UTF-8. They are not decoded, so that an
   * answer that is a success costs no copy of it.
   *
   * @param from where the body begins in [bytes]
   * @param to where it ends
   * @throws IndexOutOfBoundsException if there is no such part
   */
  @JvmOverloads
  public fun classifyAnswer(
    status: Int,
    header: Function<String, String?>,
    bytes: ByteArray,
    from: Int = 0,
    to: Int = bytes.size,
  ): ResponseFailure? {
    Objects.checkFromToIndex(from, to, bytes.size)
    return judgeAnswer(status, header, Utf8Text.of(bytes, from, to))
  }

  private fun judgeAnswer(
    status: Int,
    header: Function<String, String?>,
    body: CharSequence,
  ): ResponseFailure? =
    if (status >= FIRST_FAILURE) classifyError(status, header, body.toString())
    else judge(Evidence(provider, status, header, ErrorBody.read(body, body.length)))

  /**
   * What something means that is known to be a failure, whatever its status: what an SDK threw, or
   * an event of a stream with status 200 that reports an error.
   *
   * @param body null if it is not known
   */
  @JvmOverloads
  public fun classifyError(
    status: Int,
    header: Function<String, String?>,
    body: String? = null,
  ): ResponseFailure {
    val read = if (body == null) ErrorBody.unread() else ErrorBody.read(body)
    return judge(Evidence(provider, status, header, read))
      ?: ResponseFailure(FailureClass.UNKNOWN, null, RequestIds.of(header, read), null)
  }

  /** The class of an error that came without headers; null if no rule knows it. */
  internal fun classOf(status: Int, error: ErrorBody): FailureClass? =
    judge(Evidence(provider, status, { null }, error))?.failureClass?.takeIf {
      it != FailureClass.UNKNOWN
    }

  private fun judge(evidence: Evidence): ResponseFailure? {
    for (rule in rules.responses) {
      if (!rule.holds(evidence)) continue
      when (val meaning = rule.meaning) {
        is Meaning.As -> evidence.countAs(meaning.status)
        is Meaning.Of ->
          return ResponseFailure(
            meaning.failureClass,
            waitFor(meaning.failureClass, evidence),
            RequestIds.of(evidence.header, evidence.body),
            rule.place,
          )
      }
    }
    return null
  }

  /**
   * A quota that is used up may come with a short delay in the body that is about another limit, so
   * there only `retry-after` is believed. Elsewhere a wait is for failures that pass by themselves.
   */
  private fun waitFor(failureClass: FailureClass, evidence: Evidence): WaitHint? =
    when {
      failureClass == FailureClass.QUOTA_EXHAUSTED -> WaitHints.inRetryAfter(evidence.header)
      failureClass.retry() == RetryAdvice.NEVER -> null
      else -> WaitHints.of(evidence.header, evidence.body)
    }

  /** Makes classifiers. */
  public companion object {
    private const val FIRST_FAILURE = 400

    /** A classifier for the responses of [provider]. */
    @JvmStatic
    @JvmOverloads
    public fun of(
      provider: Provider,
      rules: FailureRules = FailureRules.standard(),
    ): ResponseClassifier = ResponseClassifier(provider, rules)
  }
}
