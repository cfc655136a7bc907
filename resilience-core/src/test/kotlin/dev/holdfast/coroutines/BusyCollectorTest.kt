package dev.holdfast.coroutines

import dev.holdfast.outcome.FailureClass.OVERLOADED
import dev.holdfast.outcome.StreamInterruptedException
import dev.holdfast.plan.CallRecord
import dev.holdfast.plan.CallRecord.Ending
import dev.holdfast.retry.BreakerCounts
import dev.holdfast.retry.Retry
import dev.holdfast.scenarioResilience
import dev.holdfast.testing.Fault
import dev.holdfast.testing.FaultClassifier
import dev.holdfast.testing.SchedulerTime
import dev.holdfast.testing.fail
import dev.holdfast.testing.testBreaker
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import java.io.IOException
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.delay
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.channelFlow
import kotlinx.coroutines.launch
import kotlinx.coroutines.test.runTest

/** A flow with a coroutine of its own, which fails while its collector is at work on an item. */
private fun <T> failing(item: T, failure: Exception): Flow<T> = channelFlow {
  send(item)
  delay(1.seconds)
  throw failure
}

/** Such a flow cancels its collector; that says nothing of what the collector did. */
class BusyCollectorTest :
  FunSpec({
    test("the breaker of a flow counts its failure") {
      runTest {
        val breaker = testBreaker()
        breaker.fail(1)

        shouldThrow<IOException> {
          failing(1, IOException("cut")).withBreaker(breaker).collect { delay(10.seconds) }
        }

        breaker.failures() shouldBe 2
      }
    }

    test("the breaker of a flow counts neither what its collector throws nor its cancellation") {
      runTest {
        val breaker = testBreaker()
        val endless = channelFlow {
          send(1)
          awaitCancellation()
        }
        breaker.fail(2)
        shouldThrow<IllegalStateException> {
          endless.withBreaker(breaker).collect { error("collector") }
        }
        breaker.failures() shouldBe 0

        breaker.fail(2)
        val collecting = launch { endless.withBreaker(breaker).collect { awaitCancellation() } }
        delay(1.seconds)
        collecting.cancelAndJoin()
        breaker.failures() shouldBe 0
      }
    }

    listOf(false, true).forEach { replay ->
      test("a retry of a flow counts its failure and ends (replay: $replay)") {
        runTest {
          val breaker = testBreaker(SchedulerTime(testScheduler))
          breaker.fail(1)
          val retry = Retry.builder().circuitBreaker(breaker, BreakerCounts.ATTEMPTS).build()

          shouldThrow<IOException> {
            failing(1, IOException("cut")).withRetry(retry, replay).collect { delay(10.seconds) }
          }

          breaker.failures() shouldBe 2
        }
      }
    }

    test("a stream is interrupted") {
      runTest {
        val resilience =
          scenarioResilience(SchedulerTime(testScheduler)) { classifier(FaultClassifier) }
        val records = mutableListOf<CallRecord>()
        resilience.onCall { records += it }
        val stream = resilience.stream { failing("one", Fault(OVERLOADED)) }

        shouldThrow<StreamInterruptedException> { stream.collect { delay(10.seconds) } }

        records.map { it.ending } shouldContainExactly listOf(Ending.FAILED)
      }
    }
  })
