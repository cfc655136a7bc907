package dev.holdfast.coroutines

import dev.holdfast.Drivers
import dev.holdfast.Resilience
import kotlin.coroutines.AbstractCoroutineContextElement
import kotlin.coroutines.Continuation
import kotlin.coroutines.CoroutineContext
import kotlin.coroutines.intrinsics.startCoroutineUninterceptedOrReturn
import kotlin.coroutines.intrinsics.suspendCoroutineUninterceptedOrReturn
import kotlin.coroutines.jvm.internal.CoroutineStackFrame

/**
 * In the context of what runs inside an attempt, so that a call in there can tell that it is not
 * the only one to try again.
 */
internal class AttemptMark(private val outer: Resilience?) : AbstractCoroutineContextElement(Key) {

  /**
   * Makes a call with this in its context. As `withContext`, but nothing that the call runs on
   * changes, so it needs neither a job nor a look at the thread of its own.
   */
  suspend fun <T> around(call: suspend () -> T): T =
    suspendCoroutineUninterceptedOrReturn { caller ->
      call.startCoroutineUninterceptedOrReturn(Marked(caller, caller.context + this))
    }

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

    /** Something is tried again in this context. */
    fun noticeRetry(context: CoroutineContext) {
      context[Key]?.noticeRetry()
    }
  }
}

/** Goes on with [caller]. Stack traces that coroutines recover go on there as well. */
private class Marked<T>(
  private val caller: Continuation<T>,
  override val context: CoroutineContext,
) : Continuation<T>, CoroutineStackFrame {
  override val callerFrame: CoroutineStackFrame?
    get() = caller as? CoroutineStackFrame

  override fun getStackTraceElement(): StackTraceElement? = null

  override fun resumeWith(result: Result<T>) {
    caller.resumeWith(result)
  }
}

private fun Resilience.mayTryAgain() = retry().maxAttempts() > 1 || chain().size > 1
