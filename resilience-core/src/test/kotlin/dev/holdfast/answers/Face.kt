package dev.holdfast.answers

import dev.holdfast.bulkhead.awaitUntil
import dev.holdfast.coroutines.callSuspend
import dev.holdfast.plan.Attempt
import dev.holdfast.stage.Stages
import java.time.Duration
import java.util.concurrent.CompletableFuture
import java.util.concurrent.ExecutionException
import java.util.concurrent.TimeUnit.SECONDS
import kotlin.concurrent.thread
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.future.await
import kotlinx.coroutines.launch

/** One who has asked: what came of it, and the way in which its face lets it give up. */
class Asker(val result: CompletableFuture<Reply<String>>, val leave: () -> Unit) {

  fun reply(): Reply<String> =
    try {
      result.get(20, SECONDS)
    } catch (failed: ExecutionException) {
      throw Stages.bare(failed)
    }

  fun failure(): Throwable =
    checkNotNull(runCatching { reply() }.exceptionOrNull()) { "it was answered" }
}

/** The three ways to ask, reduced to one shape. Each asks on a thread or coroutine of its own. */
enum class Face {
  BLOCKING {
    override fun ask(answers: Answers<String>, question: Question, model: FakeModel): Asker {
      val result = CompletableFuture<Reply<String>>()
      val asking = thread {
        result.settle {
          answers.call<Exception>(question) { attempt -> blocked(model.ask(attempt)) }
        }
      }
      return Asker(result) { asking.interrupt() }
    }

    private fun blocked(stage: CompletableFuture<String>): String =
      try {
        stage.get()
      } catch (interrupted: InterruptedException) {
        stage.cancel(true)
        throw interrupted
      } catch (failed: ExecutionException) {
        throw Stages.bare(failed)
      }
  },
  FUTURES {
    override fun ask(answers: Answers<String>, question: Question, model: FakeModel): Asker {
      val result = answers.callAsync(question, model::ask)
      return Asker(result) { result.cancel(true) }
    }
  },
  SUSPEND {
    override fun ask(answers: Answers<String>, question: Question, model: FakeModel): Asker {
      val result = CompletableFuture<Reply<String>>()
      val job =
        CoroutineScope(Dispatchers.Default).launch {
          result.settle { answers.callSuspend(question) { model.ask(it).await() } }
        }
      // Cancelled before it has begun, it never does.
      job.invokeOnCompletion { cause -> if (cause != null) result.completeExceptionally(cause) }
      return Asker(result) { job.cancel() }
    }
  };

  abstract fun ask(answers: Answers<String>, question: Question, model: FakeModel): Asker
}

private inline fun <T> CompletableFuture<T>.settle(make: () -> T) {
  try {
    complete(make())
  } catch (thrown: Throwable) {
    completeExceptionally(thrown)
  }
}

/** A model that answers when the test says so, or at once by [answering]. */
class FakeModel(private val answering: (Attempt, CompletableFuture<String>) -> Unit = { _, _ -> }) {
  private val asked = mutableListOf<CompletableFuture<String>>()

  /** The calls that have reached it. */
  val calls: List<CompletableFuture<String>>
    get() = synchronized(asked) { asked.toList() }

  fun ask(attempt: Attempt): CompletableFuture<String> {
    val stage = CompletableFuture<String>()
    synchronized(asked) { asked += stage }
    answering(attempt, stage)
    return stage
  }

  /** The call of this number, as soon as it is made. */
  fun call(number: Int): CompletableFuture<String> {
    awaitUntil { calls.size > number }
    return calls[number]
  }
}

/** A store in which nothing expires by itself, and that goes wrong as it is told. */
class FakeStore(private val get: (() -> CompletableFuture<StoredResponse<String>?>)? = null) :
  ResponseStore<String> {
  val kept = LinkedHashMap<RequestKey, StoredResponse<String>>()
  val asked = mutableListOf<RequestKey>()
  val puts = mutableListOf<RequestKey>()

  override fun get(key: RequestKey): CompletableFuture<StoredResponse<String>?> {
    synchronized(asked) { asked += key }
    return get?.invoke() ?: CompletableFuture.completedFuture(synchronized(kept) { kept[key] })
  }

  override fun put(key: RequestKey, value: String): CompletableFuture<Unit> {
    synchronized(kept) {
      puts += key
      kept[key] = StoredResponse(value, Duration.ZERO)
    }
    return CompletableFuture.completedFuture(Unit)
  }
}
