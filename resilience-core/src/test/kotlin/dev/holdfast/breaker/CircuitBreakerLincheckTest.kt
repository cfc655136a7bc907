package dev.holdfast.breaker

import dev.holdfast.testing.SteppingTime
import dev.holdfast.testing.testConfig
import dev.holdfast.testing.trip
import io.kotest.core.spec.style.FunSpec
import java.util.concurrent.atomic.AtomicLong
import org.jetbrains.kotlinx.lincheck.annotations.Operation
import org.jetbrains.kotlinx.lincheck.annotations.Param
import org.jetbrains.kotlinx.lincheck.annotations.Validate
import org.jetbrains.kotlinx.lincheck.check
import org.jetbrains.kotlinx.lincheck.paramgen.IntGen
import org.jetbrains.kotlinx.lincheck.paramgen.ThreadIdGen
import org.jetbrains.kotlinx.lincheck.strategy.stress.StressOptions

/**
 * A breaker as operations that must look atomic. The time stands still, so OPEN ends by a reset
 * only, and no lease ends. Each thread settles its own permits, the oldest first, so that many are
 * of an earlier state.
 */
@Param(name = "thread", gen = ThreadIdGen::class)
@Param(name = "how", gen = IntGen::class, conf = "0:2")
open class CircuitBreakerOperations(config: CircuitBreakerConfig) {
  protected var now = 0L
  protected val breaker: CircuitBreaker = CircuitBreaker.of("sonnet", config, SteppingTime { now })
  private val held = List(SHARES) { ArrayDeque(listOf(breaker.acquire())) }
  private val refused = AtomicLong()
  private val told = AtomicLong()

  init {
    breaker.onTransition { told.incrementAndGet() }
  }

  @Operation
  fun acquire(@Param(name = "thread") thread: Int): Boolean {
    val permit = breaker.tryAcquire()
    if (permit == null) refused.incrementAndGet() else held[thread].add(permit)
    return permit != null
  }

  @Operation
  fun settle(@Param(name = "thread") thread: Int, @Param(name = "how") how: Int): Boolean {
    val permit = held[thread].removeFirstOrNull() ?: return false
    when (how) {
      SUCCESS -> permit.success()
      FAILURE -> permit.failure()
      else -> permit.close()
    }
    return permit.isSettled
  }

  @Operation fun state(): CircuitBreaker.State = breaker.state()

  @Operation fun snapshot(): String = breaker.snapshot().let { "${it.state()} ${it.generation()}" }

  @Operation fun reset() = breaker.reset()

  @Operation fun forceOpen() = breaker.forceOpen()

  /** The counters are no part of the state: they are right when all is quiet. */
  @Validate
  fun countersAddUp() {
    val snapshot = breaker.snapshot()
    check(snapshot.rejected() == refused.get()) { "rejected: ${snapshot.rejected()}, not $refused" }
    check(snapshot.generation() == told.get()) { "told: $told of ${snapshot.generation()}" }
  }

  companion object {
    const val THREADS = 3

    /** The threads, and those before and after them. */
    const val SHARES = THREADS + 2
    const val SUCCESS = 0
    const val FAILURE = 1
  }
}

/** A breaker that one failure opens. */
class ClosedOperations : CircuitBreakerOperations(testConfig { failureThreshold(1) })

class SequentialClosed : SequentialBreaker(threshold = 1, places = 1, successes = 1, due = false)

/**
 * A breaker that opens when there is a failure among the last three calls, and these are full.
 *
 * A call takes its number before it is known to have failed. If a whole window of other calls ends
 * in between, its failure is too old to count: so no thread may make that many at the same time.
 */
class WindowOperations :
  CircuitBreakerOperations(
    CircuitBreakerConfig.builder()
      .failureRateThreshold(0.1)
      .slidingWindow(WINDOW)
      .minimumCalls(WINDOW)
      .build()
  ) {
  companion object {
    const val WINDOW = 3
  }
}

class SequentialWindow : SequentialBreaker(threshold = 1, places = 1, successes = 1, due = false) {
  private val failed = ArrayDeque<Boolean>()

  override fun countInClosed(failure: Boolean): Boolean {
    failed += failure
    if (failed.size > WindowOperations.WINDOW) failed.removeFirst()
    return failed.size == WindowOperations.WINDOW && true in failed
  }

  override fun forget() = failed.clear()
}

/** A breaker whose wait in OPEN is over, and which nobody has looked at since. */
open class HalfOpenOperations(places: Int, successes: Int) :
  CircuitBreakerOperations(
    testConfig {
      failureThreshold(1)
      permittedCallsInHalfOpenState(places)
      successThreshold(successes)
    }
  ) {
  init {
    breaker.trip()
    now = breaker.config().waitDurationInOpenState().toNanos()
  }
}

class OneProbeOperations : HalfOpenOperations(1, 1)

class SequentialOneProbe : SequentialBreaker(threshold = 1, places = 1, successes = 1, due = true)

class TwoProbesOperations : HalfOpenOperations(2, 2)

class SequentialTwoProbes : SequentialBreaker(threshold = 1, places = 2, successes = 2, due = true)

/**
 * On real threads, because Lincheck's own scheduler cannot look into records, of which the settings
 * of a breaker are made. `-Dholdfast.stress.calls` sets how long.
 */
class CircuitBreakerLincheckTest :
  FunSpec({
    val invocations = Integer.getInteger("holdfast.stress.calls", 30_000) / 30

    fun options(threads: Int, actors: Int, around: Int) =
      StressOptions()
        .threads(threads)
        .actorsBefore(around)
        .actorsPerThread(actors)
        .actorsAfter(around)
        .iterations(8)
        .invocationsPerIteration(invocations)

    test("WindowOperations look atomic in every race tried") {
      options(threads = 2, actors = 2, around = 4)
        .sequentialSpecification(SequentialWindow::class.java)
        .check(WindowOperations::class)
    }

    mapOf(
        ClosedOperations::class to SequentialClosed::class,
        OneProbeOperations::class to SequentialOneProbe::class,
        TwoProbesOperations::class to SequentialTwoProbes::class,
      )
      .forEach { (operations, sequential) ->
        test("${operations.simpleName} look atomic in every race tried") {
          options(CircuitBreakerOperations.THREADS, actors = 3, around = 2)
            .sequentialSpecification(sequential.java)
            .check(operations)
        }
      }
  })
