package dev.holdfast.ktor.soak

import dev.holdfast.bulkhead.BulkheadFullException
import dev.holdfast.ktor.DEGRADED_HEADER
import dev.holdfast.ktor.resilience
import dev.holdfast.outcome.AttemptTimeoutException
import dev.holdfast.outcome.CallRejectedException
import dev.holdfast.outcome.StreamInterruptedException
import dev.holdfast.plan.CallRecord
import dev.holdfast.plan.CallRecord.Ending
import io.ktor.client.plugins.sse.SSEClientException
import io.ktor.client.statement.HttpResponse
import io.ktor.http.HttpHeaders
import java.io.IOException

/** What a caller has seen of its call: all of the answer, or the exception that it ended with. */
internal class Seen(
  private val plan: SoakPlan,
  private val text: String,
  private val response: HttpResponse?,
  private val thrown: Throwable?,
) {

  private val refused: HttpResponse? =
    causes().filterIsInstance<SSEClientException>().firstNotNullOfOrNull { it.response }

  private val record: CallRecord? =
    if (thrown == null) response?.resilience else thrown.resilience ?: refused?.resilience

  private val isDegraded: Boolean
    get() = response?.headers?.contains(DEGRADED_HEADER) == true

  /** Whether it is a kept answer, for which no model was asked. */
  private val isReplayed: Boolean
    get() = thrown == null && !isDegraded && response?.headers?.contains(HttpHeaders.Age) == true

  /** How it ended, as far as the caller can tell; null if it has not stayed to the end. */
  val ending: Ending?
    get() =
      when {
        !plan.isSure -> null
        thrown != null || (response?.status?.value ?: 0) >= 400 -> Ending.FAILED
        isDegraded -> Ending.DEGRADED
        else -> Ending.ANSWERED
      }

  /** What is wrong with it; null if nothing is. */
  fun complaint(): String? = wrong()?.let { "$plan: $it; $record; $thrown" }

  private fun wrong(): String? =
    when {
      thrown != null && refused == null && causes().none(::isExpected) ->
        "ended with an exception out of nowhere"
      !plan.isSure || causes().any { it is NoAnswerException } -> null
      isReplayed -> if (SoakPlan.MODELS.any(::isAllOf)) null else "was given half a kept answer"
      record == null -> "has no record"
      record.ending() != ending -> "ended as $ending for its caller"
      ending == Ending.ANSWERED && !isAll() -> "was given half an answer for a whole one"
      else -> null
    }

  private fun isAll(): Boolean = isAllOf(checkNotNull(record?.served()))

  private fun isAllOf(served: String): Boolean {
    if (!plan.way.isStream) return text == SoakAnswers.json(served)
    val data = text.lines().filter { it.startsWith(DATA) }.map { it.removePrefix(DATA) }
    return data == SoakAnswers.data(served)
  }

  private fun causes(): Sequence<Throwable> = generateSequence(thrown) { it.cause }.take(8)

  private fun isExpected(cause: Throwable): Boolean =
    when (cause) {
      is SoakException -> plan.conduct == Conduct.THROWS
      is NoAnswerException,
      is StreamInterruptedException,
      is AttemptTimeoutException,
      is BulkheadFullException,
      is CallRejectedException,
      is IOException -> true
      is IllegalStateException -> cause.message.orEmpty().startsWith("Content-Length mismatch")
      else -> false
    }

  private companion object {
    const val DATA = "data: "
  }
}

/** Thrown instead of one degraded answer out of some. */
internal class NoAnswerException : RuntimeException("There is no degraded answer")
