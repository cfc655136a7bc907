package dev.holdfast.breaker

import dev.holdfast.testing.SteppingTime
import dev.holdfast.testing.testBreaker
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
open class CircuitBreakerOperations(configure: CircuitBreakerConfigBuilder.() -> Unit) {
  protected var now = 0L
  protected val breaker = testBreaker(SteppingTime { now }, configure)
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
class ClosedOperations : CircuitBreakerOperations({ failureThreshold(1) })

class SequentialClosed : SequentialBreaker(threshold = 1, places = 1, successes = 1, due = false)

/** A breaker whose wait in OPEN is over, and which nobody has looked at since. */
open class HalfOpenOperations(places: Int, successes: Int) :
  CircuitBreakerOperations({
    failureThreshold(1)
    permittedCallsInHalfOpenState(places)
    successThreshold(successes)
  }) {
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

    mapOf(
        ClosedOperations::class to SequentialClosed::class,
        OneProbeOperations::class to SequentialOneProbe::class,
        TwoProbesOperations::class to SequentialTwoProbes::class,
      )
      .forEach { (operations, sequential) ->
        test("${operations.simpleName} look atomic in every race tried") {
          StressOptions()
            .threads(CircuitBreakerOperations.THREADS)
            .actorsBefore(2)
            .actorsPerThread(3)
            .actorsAfter(2)
            .iterations(8)
            .invocationsPerIteration(invocations)
            .sequentialSpecification(sequential.java)
            .check(operations)
        }
      }
  })
