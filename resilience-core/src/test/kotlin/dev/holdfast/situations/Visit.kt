package dev.holdfast.situations

import dev.holdfast.bulkhead.Guest
import java.util.concurrent.CompletableFuture
import java.util.concurrent.CompletionStage
import java.util.concurrent.TimeoutException
import java.util.concurrent.atomic.AtomicInteger
import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.Job
import kotlinx.coroutines.TimeoutCancellationException
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.collect
import kotlinx.coroutines.flow.flow
import kotlinx.coroutines.flow.onEach
import kotlinx.coroutines.future.await
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withTimeout

/** One call under a guard. It runs until the test ends it, and counts how often it was made. */
class Visit(val guard: Guard) {
  val guest = Guest()
  val attempts = AtomicInteger()

  /** What a timeout around the call does to it. */
  lateinit var timeOut: () -> Unit

  fun begins() {
    attempts.incrementAndGet()
    guest.starts()
  }

  fun onThread() {
    val thread = Thread {
      guest.endsWith(
        runCatching {
          guard.call {
            begins()
            guest.run()
          }
        }
      )
    }
    guest.cancel = thread::interrupt
    timeOut = thread::interrupt
    thread.isDaemon = true
    thread.start()
  }

  fun asFuture(stage: CompletionStage<String> = guest.end): CompletableFuture<String> {
    val answer =
      guard.callAsync {
        begins()
        stage
      }
    guest.cancel = { answer.cancel(true) }
    timeOut = { answer.completeExceptionally(TimeoutException()) }
    answer.whenComplete { value, thrown ->
      guest.endsWith(if (thrown == null) Result.success(value) else Result.failure(thrown))
    }
    return answer
  }

  fun asCoroutine(dispatcher: CoroutineDispatcher = Dispatchers.Unconfined) =
    launch(dispatcher) { guard.suspending(::suspendUntilEnd) }

  /** Collects a flow whose one item is the answer. */
  fun asFlow(dispatcher: CoroutineDispatcher = Dispatchers.Unconfined) =
    collect(flow { emit(suspendUntilEnd()) }, dispatcher) { it.collect() }

  fun collect(
    source: Flow<String>,
    dispatcher: CoroutineDispatcher = Dispatchers.Unconfined,
    collector: suspend (Flow<String>) -> Unit,
  ) =
    launch(dispatcher) {
      var last = ""
      collector(guard.flow(source).onEach { last = it })
      last
    }

  private fun launch(dispatcher: CoroutineDispatcher, call: suspend () -> String) {
    val job = Job()
    guest.cancel = { job.cancel() }
    timeOut = { job.cancel(coroutineTimeout()) }
    CoroutineScope(dispatcher + job).launch { guest.endsWith(runCatching { call() }) }
  }

  private suspend fun suspendUntilEnd(): String {
    begins()
    guest.end.handle { _, _ -> }.await()
    return guest.run()
  }
}

/** The faces that every guard has. */
enum class Way(val send: Visit.() -> Unit, val timeout: () -> Exception = ::TimeoutException) {
  BLOCKING({ onThread() }),
  FUTURE({ asFuture() }),
  SUSPEND({ asCoroutine() }, ::coroutineTimeout),
  FLOW({ asFlow() }, ::coroutineTimeout),
}

/** What `withTimeout` throws, for its constructor is not public. */
fun coroutineTimeout(): TimeoutCancellationException = runBlocking {
  try {
    withTimeout(0) { error("there is no time") }
  } catch (timeout: TimeoutCancellationException) {
    timeout
  }
}
