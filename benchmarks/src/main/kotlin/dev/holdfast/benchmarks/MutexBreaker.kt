package dev.holdfast.benchmarks

import kotlin.time.Duration
import kotlin.time.TimeMark
import kotlin.time.TimeSource
import kotlin.time.toKotlinDuration
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.sync.Mutex
import kotlinx.coroutines.sync.withLock

/** The breaker that one writes by hand: a [Mutex] around its state on every call. */
internal class MutexBreaker(private val threshold: Int, private val wait: Duration) {

  private val mutex = Mutex()
  private var failures = 0
  private var openUntil: TimeMark? = null

  suspend fun <T> call(block: suspend () -> T): T {
    mutex.withLock { admit() }
    val result =
      try {
        block()
      } catch (thrown: Throwable) {
        mutex.withLock { failed() }
        throw thrown
      }
    mutex.withLock { failures = 0 }
    return result
  }

  private fun admit() {
    val until = openUntil ?: return
    if (!until.hasPassedNow()) throw IllegalStateException("the circuit breaker is open")
    openUntil = null
  }

  private fun failed() {
    if (++failures >= threshold) openUntil = TimeSource.Monotonic.markNow() + wait
  }

  companion object {
    @JvmStatic
    fun closed(): MutexBreaker = MutexBreaker(Settings.FAILURES, Settings.WAIT.toKotlinDuration())

    @JvmStatic
    fun open(): MutexBreaker {
      val breaker = closed()
      runBlocking {
        repeat(Settings.FAILURES) { runCatching { breaker.call { throw ModelDownException() } } }
      }
      return breaker
    }
  }
}
