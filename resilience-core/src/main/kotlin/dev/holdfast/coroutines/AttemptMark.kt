package dev.holdfast.coroutines

import dev.holdfast.Drivers
import dev.holdfast.Resilience
import dev.holdfast.retry.Retry
import kotlin.coroutines.AbstractCoroutineContextElement
import kotlin.coroutines.CoroutineContext

/**
 * In the context of what runs inside an attempt, so that a call in there can tell that it is not
 * the only one to try again.
 */
internal class AttemptMark(private val outer: Resilience?) : AbstractCoroutineContextElement(Key) {

  private fun notice(inner: Resilience) {
    if (outer == null || outer.mayTryAgain()) Drivers.stacked(inner)
  }

  private fun noticeRetry() {
    if (outer?.mayTryAgain() == true) Drivers.stacked(outer)
  }

  companion object Key : CoroutineContext.Key<AttemptMark> {

    /** A call of [inner] begins in this context. */
    fun noticeCall(context: CoroutineContext, inner: Resilience) {
      val mark = context[Key] ?: return
      if (inner.mayTryAgain()) mark.notice(inner)
    }

    /** A retry begins in this context. */
    fun noticeRetry(context: CoroutineContext, retry: Retry) {
      if (retry.maxAttempts() > 1) context[Key]?.noticeRetry()
    }
  }
}

private fun Resilience.mayTryAgain() = retry().maxAttempts() > 1 || chain().size > 1
