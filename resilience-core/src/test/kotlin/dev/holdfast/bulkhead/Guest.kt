package dev.holdfast.bulkhead

import java.util.concurrent.CompletableFuture
import java.util.concurrent.ExecutionException
import java.util.concurrent.TimeUnit.SECONDS

/** One call through some face. It runs until the test completes [end]. */
class Guest {
  private val started = CompletableFuture<Unit>()
  private val outcome = CompletableFuture<Result<String>>()

  /** What the call answers or throws, once the test has decided. */
  val end = CompletableFuture<String>()

  /** What its caller does to give up. */
  lateinit var cancel: () -> Unit

  val isStarted: Boolean
    get() = started.isDone

  val isOver: Boolean
    get() = outcome.isDone

  fun awaitStart() {
    started.get(20, SECONDS)
  }

  /** The answer, or what the caller was thrown. */
  fun awaitOutcome(): Result<String> = outcome.get(20, SECONDS)

  fun awaitFailure(): Throwable = checkNotNull(awaitOutcome().exceptionOrNull()) { "it succeeded" }

  /** Lets the call end well, and waits until its caller knows. */
  fun finish() {
    end.complete("answer")
    check(awaitOutcome().getOrThrow() == "answer")
  }

  fun starts() {
    started.complete(Unit)
  }

  fun endsWith(result: Result<String>) {
    outcome.complete(result)
  }

  /** The call, for a face that holds its thread. */
  fun run(): String {
    starts()
    return try {
      end.get()
    } catch (wrapped: ExecutionException) {
      throw checkNotNull(wrapped.cause)
    }
  }
}
