@file:OptIn(ExperimentalCoroutinesApi::class)

package dev.holdfast.retry

import dev.holdfast.coroutines.withDeadline
import dev.holdfast.coroutines.withRetry
import dev.holdfast.testing.SchedulerTime
import dev.holdfast.testkit.ManualTime
import dev.holdfast.time.Deadline
import dev.holdfast.time.Time
import java.io.IOException
import java.time.Duration
import java.util.concurrent.CompletableFuture
import java.util.concurrent.CompletionException
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.test.runTest
import kotlinx.coroutines.yield

/** What came of a call, and the time that its waits took. */
data class Outcome(val result: Result<Any?>, val waited: Duration)

/** The faces of a retry, reduced to one shape. The call itself takes no time. */
enum class RetryFace {
  BLOCKING {
    override fun call(deadline: Duration?, make: (Time) -> Retry, block: () -> Any?): Outcome {
      val time = ManualTime()
      val retry = make(time)
      val result = runCatching { retry.call<Any?, Exception>(block, deadline.on(time)) }
      return Outcome(result, time.elapsed())
    }
  },
  FUTURES {
    override fun call(deadline: Duration?, make: (Time) -> Retry, block: () -> Any?) =
      async(deadline, make) {
        runCatching(block)
          .fold({ CompletableFuture.completedFuture(it) }, { CompletableFuture.failedFuture(it) })
      }
  },
  FUTURES_THROWING {
    override fun call(deadline: Duration?, make: (Time) -> Retry, block: () -> Any?) =
      async(deadline, make) { CompletableFuture.completedFuture(block()) }
  },
  FUTURES_LATER {
    override fun call(deadline: Duration?, make: (Time) -> Retry, block: () -> Any?) =
      async(deadline, make) { later ->
        CompletableFuture.supplyAsync({ block() }) { later.schedule(Duration.ZERO, it) }
      }
  },
  SUSPEND {
    override fun call(deadline: Duration?, make: (Time) -> Retry, block: () -> Any?): Outcome {
      var outcome: Outcome? = null
      runTest {
        val time = SchedulerTime(testScheduler)
        val retry = make(time)
        val result = runCatching {
          if (deadline == null) retry.withRetry { block() }
          else
            withDeadline(deadline.on(time), time) {
              retry.withRetry {
                yield()
                block()
              }
            }
        }
        outcome = Outcome(result, time.elapsed())
      }
      return checkNotNull(outcome)
    }
  };

  /** Makes one call through this face. */
  abstract fun call(deadline: Duration? = null, make: (Time) -> Retry, block: () -> Any?): Outcome

  protected fun async(
    deadline: Duration?,
    make: (Time) -> Retry,
    call: (Time) -> CompletableFuture<Any?>,
  ): Outcome {
    val time = ManualTime()
    val promise = make(time).callAsync({ call(time) }, deadline.on(time))
    repeat(100) {
      time.advance(Duration.ZERO)
      if (!promise.isDone) time.advance(Duration.ofMillis(100))
    }
    check(promise.isDone) { "the call must end within 10 seconds" }
    return Outcome(promise.outcome(), time.elapsed())
  }

  protected fun Duration?.on(time: Time): Deadline =
    if (this == null) Deadline.none() else Deadline.after(this, time)
}

/** Whether this is [other], or the copy of it that a coroutine makes for a better stack trace. */
fun Throwable?.isOrCopies(other: Throwable): Boolean =
  this === other || (this?.cause === other && javaClass == other.javaClass)

/** A retry of what [IOException] tells of, with waits of a second. */
fun retrying(time: Time, attempts: Int, configure: Retry.Builder.() -> Unit = {}): Retry =
  Retry.builder()
    .time(time)
    .maxAttempts(attempts)
    .backoff(Backoff.fixed(Duration.ofSeconds(if (attempts > 9) 0 else 1)))
    .retryIf { it is IOException }
    .apply(configure)
    .build()

/** What this future came to; the failure must be the bare one. */
fun <T> CompletableFuture<T>.outcome(): Result<T> =
  handle { value, thrown -> if (thrown == null) Result.success(value) else Result.failure(thrown) }
    .join()
    .onFailure { check(it !is CompletionException) { "the failure must be bare" } }
