package dev.holdfast.breaker

import dev.holdfast.coroutines.withBreaker
import java.util.concurrent.CompletableFuture
import java.util.concurrent.CompletionException
import java.util.concurrent.Executor
import kotlinx.coroutines.test.runTest

/** The faces of a breaker, reduced to one shape: make this call and tell what came of it. */
enum class Face {
  BLOCKING {
    override fun call(breaker: CircuitBreaker, block: () -> String) = runCatching {
      breaker.call<String, Exception>(block)
    }
  },
  FUTURE_COMPLETED {
    override fun call(breaker: CircuitBreaker, block: () -> String) = runCatching {
      breaker.callAsync { future(block) }.bareGet()
    }
  },
  FUTURE_COMPLETED_LATER {
    override fun call(breaker: CircuitBreaker, block: () -> String) = runCatching {
      val later = ArrayDeque<Runnable>()
      val answer =
        breaker.callAsync { CompletableFuture.supplyAsync({ block() }, Executor(later::add)) }
      later.removeFirstOrNull()?.run()
      answer.bareGet()
    }
  },
  PERMIT {
    override fun call(breaker: CircuitBreaker, block: () -> String) = runCatching {
      breaker.acquire().use { permit ->
        try {
          block().also { permit.success() }
        } catch (thrown: Throwable) {
          permit.failure(thrown)
          throw thrown
        }
      }
    }
  },
  TRY_PERMIT {
    override fun call(breaker: CircuitBreaker, block: () -> String) = runCatching {
      val permit = breaker.tryAcquire() ?: throw breaker.refusal()
      permit
        .use { runCatching(block).onSuccess { permit.success() }.onFailure(permit::failure) }
        .getOrThrow()
    }
  },
  SUSPEND {
    override fun call(breaker: CircuitBreaker, block: () -> String): Result<String> {
      var result: Result<String>? = null
      runTest { result = runCatching { breaker.withBreaker { block() } } }
      return checkNotNull(result)
    }
  };

  /** Makes one call through this face. */
  abstract fun call(breaker: CircuitBreaker, block: () -> String): Result<String>
}

private fun future(block: () -> String): CompletableFuture<String> =
  runCatching(block).fold({ CompletableFuture.completedFuture(it) }) {
    CompletableFuture.failedFuture(it)
  }

private fun CompletableFuture<String>.bareGet(): String =
  try {
    handle { value, thrown -> thrown?.let { Result.failure(it) } ?: Result.success(value) }
      .join()
      .getOrThrow()
  } catch (wrapped: CompletionException) {
    throw AssertionError("the future must complete with the bare cause", wrapped)
  }

private fun CircuitBreaker.refusal() = CircuitOpenException(name(), state(), retryAfter().toNanos())
