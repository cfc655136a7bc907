@file:JvmName("SuspendingAnswers")

package dev.holdfast.coroutines

import dev.holdfast.Resilience
import dev.holdfast.answers.Answers
import dev.holdfast.answers.AnswersBuilder
import dev.holdfast.answers.Inquiry
import dev.holdfast.answers.Question
import dev.holdfast.answers.Reply
import dev.holdfast.plan.Attempt
import dev.holdfast.plan.CallFailure
import dev.holdfast.plan.CallPlan
import dev.holdfast.plan.Step
import java.util.concurrent.CompletableFuture
import kotlin.coroutines.CoroutineContext
import kotlin.time.Duration
import kotlin.time.toJavaDuration
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Job
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.future.await
import kotlinx.coroutines.isActive
import kotlinx.coroutines.launch

/** An [Answers] over [resilience] as [configure] describes it. */
public fun <T : Any> answers(
  resilience: Resilience,
  configure: @HoldfastDsl AnswersBuilder<T>.() -> Unit,
): Answers<T> = Answers.of<T>(resilience).apply(configure).build()

/** As the function of the same name with a `java.time.Duration`. */
public fun <T : Any> AnswersBuilder<T>.storeTimeout(timeout: Duration): AnswersBuilder<T> =
  storeTimeout(timeout.toJavaDuration())

/** As the function of the same name with a `java.time.Duration`. */
public fun <T : Any> AnswersBuilder<T>.replayFor(age: Duration): AnswersBuilder<T> =
  replayFor(age.toJavaDuration())

/** As the function of the same name with a `java.time.Duration`. */
public fun <T : Any> AnswersBuilder<T>.degradeWithin(age: Duration): AnswersBuilder<T> =
  degradeWithin(age.toJavaDuration())

/**
 * Asks, as [Resilience.callSuspend] does. [block] is called once for each attempt, so it must be
 * repeatable.
 *
 * With [singleFlight][AnswersBuilder.singleFlight] the block runs in the context of whoever asked
 * first, but for its job and its deadline: it is cancelled when the last who waits has left, and
 * not before. A deadline that [withDeadline] has set around this call ends the wait of this caller.
 *
 * @throws dev.holdfast.outcome.DeadlineExceededException if the deadline passed in the wait for a
 *   shared call, and nothing stands in
 */
public suspend fun <T : Any> Answers<T>.callSuspend(
  question: Question,
  block: suspend (Attempt) -> T,
): Reply<T> {
  val inquiry = inquire(question, currentDeadline(resilience().time()))
  return inquiry.askSuspend { inquiry.upstream(resilience(), block) }
}

/**
 * The reply, for a driver of another kind than [callSuspend]: a kept one, or what [upstream] comes
 * to. If the call [is shared][Inquiry.isShared], that runs as nobody's child, in the context of
 * whoever asked first but for its job and its deadline, and is cancelled when the last who waits
 * has left.
 */
public suspend fun <T : Any> Inquiry<T>.askSuspend(upstream: suspend () -> Reply<T>): Reply<T> {
  if (!isShared) return replay().await() ?: upstream()
  val context = currentCoroutineContext().minusKey(Job).withoutDeadline()
  return ask { detached(context, upstream) }.await()
}

private suspend fun <T : Any> Inquiry<T>.upstream(
  resilience: Resilience,
  block: suspend (Attempt) -> T,
): Reply<T> {
  val plan = plan()
  val degraded: suspend (CallFailure) -> T = {
    degraded(it).await()?.value ?: plan.carryOutLastWord()
  }
  return reply(plan.drive(resilience, if (isDegradable) degraded else null, block))
}

private fun <T> CallPlan<T>.carryOutLastWord(): T =
  when (val last = lastWord()) {
    is Step.Return -> last.value
    is Step.Throw -> throw last.failure
    else -> error("the last word must be to return or to throw, but was $last")
  }

/**
 * Runs [work] as nobody's child. It is cancelled with the returned future, and only so; what it
 * throws after that nobody hears.
 */
private fun <R> detached(context: CoroutineContext, work: suspend () -> R): CompletableFuture<R> {
  val promise = CompletableFuture<R>()
  val job =
    CoroutineScope(context).launch {
      try {
        promise.complete(work())
      } catch (thrown: Throwable) {
        promise.completeExceptionally(if (isActive) thrown else shutDown(thrown))
      }
    }
  // A dispatcher that is shut down cancels what it does not run.
  job.invokeOnCompletion { cause ->
    if (cause != null) promise.completeExceptionally(shutDown(cause))
  }
  promise.whenComplete { _, _ -> job.cancel() }
  return promise
}

/** Nobody who waits was cancelled, so nobody may be told that he was. */
private fun shutDown(thrown: Throwable): Throwable =
  if (thrown is CancellationException)
    IllegalStateException("the shared call was cancelled", thrown)
  else thrown
