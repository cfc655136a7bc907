package dev.holdfast.ktor

import java.time.Duration
import java.util.concurrent.atomic.AtomicBoolean
import kotlin.coroutines.ContinuationInterceptor
import kotlin.coroutines.CoroutineContext
import kotlin.coroutines.EmptyCoroutineContext
import kotlin.time.toKotlinDuration
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.cancel
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.delay
import kotlinx.coroutines.isActive
import kotlinx.coroutines.launch
import kotlinx.coroutines.withTimeoutOrNull

/**
 * The clock of those who wait for an engine. The time of a `runTest` leaps ahead whenever the test
 * itself has nothing to do, so that each limit on what an engine does on threads of its own would
 * be over at once; there the limits go by the clock of the engine's dispatcher, as those of
 * `HttpTimeout` do.
 */
internal class EngineTime(engine: CoroutineContext) {

  private val dispatcher: CoroutineContext =
    engine[ContinuationInterceptor] ?: EmptyCoroutineContext

  /** What [block] comes to; null if [limit] is over before. As [withTimeoutOrNull]. */
  suspend fun <T : Any> within(limit: Duration, block: suspend CoroutineScope.() -> T): T? =
    if (isOfTest(currentCoroutineContext())) withinOfEngine(limit, block)
    else withTimeoutOrNull(limit.toKotlinDuration(), block)

  private suspend fun <T : Any> withinOfEngine(
    limit: Duration,
    block: suspend CoroutineScope.() -> T,
  ): T? {
    val isOver = AtomicBoolean()
    return try {
      coroutineScope {
        val timer =
          launch(dispatcher) {
            delay(limit.toKotlinDuration())
            isOver.set(true)
            this@coroutineScope.cancel(CancellationException("The time is over"))
          }
        block().also { timer.cancel() }
      }
    } catch (thrown: CancellationException) {
      if (isOver.get() && currentCoroutineContext().isActive) null else throw thrown
    }
  }

  private companion object {
    const val TESTS = "kotlinx.coroutines.test."

    /** Known by name, as those who need no tests do not have its module. */
    fun isOfTest(context: CoroutineContext): Boolean =
      context[ContinuationInterceptor]?.javaClass?.name.orEmpty().startsWith(TESTS)
  }
}
