package dev.holdfast.coroutines

import dev.holdfast.breaker.CircuitBreaker.State.CLOSED
import dev.holdfast.breaker.CircuitBreaker.State.HALF_OPEN
import dev.holdfast.outcome.DeadlineExceededException
import dev.holdfast.outcome.FailureClass.OVERLOADED
import dev.holdfast.outcome.StreamInterruptedException
import dev.holdfast.plan.CallRecord
import dev.holdfast.plan.CallRecord.Ending
import dev.holdfast.scenarioResilience
import dev.holdfast.stream.StreamOptions
import dev.holdfast.testing.Fault
import dev.holdfast.testing.FaultClassifier
import dev.holdfast.testing.SchedulerTime
import dev.holdfast.testing.trip
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeSameInstanceAs
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.delay
import kotlinx.coroutines.flow.MutableSharedFlow
import kotlinx.coroutines.flow.catch
import kotlinx.coroutines.flow.emptyFlow
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.flow.flow
import kotlinx.coroutines.flow.flowOf
import kotlinx.coroutines.flow.flowOn
import kotlinx.coroutines.flow.map
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.launch
import kotlinx.coroutines.test.StandardTestDispatcher
import kotlinx.coroutines.test.TestScope
import kotlinx.coroutines.test.advanceUntilIdle
import kotlinx.coroutines.test.currentTime
import kotlinx.coroutines.test.runCurrent
import kotlinx.coroutines.test.runTest

/** What is particular to the flows of streams. */
class StreamsTest :
  FunSpec({
    fun TestScope.resilience() =
      scenarioResilience(SchedulerTime(testScheduler)) { classifier(FaultClassifier) }

    test("each collection is a call of its own") {
      runTest {
        val resilience = resilience()
        val records = mutableListOf<CallRecord>()
        resilience.onCall { records += it }
        var asked = 0
        val stream = resilience.stream { flowOf(++asked) }
        asked shouldBe 0

        stream.toList() shouldContainExactly listOf(1)
        stream.toList() shouldContainExactly listOf(2)

        records.map { it.ending } shouldContainExactly listOf(Ending.ANSWERED, Ending.ANSWERED)
      }
    }

    test("null is an item like any other") {
      runTest {
        resilience().stream { flowOf(null, "one", null) }.toList() shouldContainExactly
          listOf(null, "one", null)
      }
    }

    test("what the consumer throws is not caught by the flow that sends, nor copied") {
      runTest {
        val own = Fault(OVERLOADED)
        var caught = 0
        val stream = resilience().stream { flowOf("one").catch { caught++ } }

        val thrown = runCatching { stream.collect { throw own } }.exceptionOrNull()

        thrown shouldBeSameInstanceAs own
        caught shouldBe 0
        own.suppressed.size shouldBe 0
      }
    }

    test("a flow that swallows what its consumer threw changes nothing") {
      runTest {
        val own = Fault(OVERLOADED)
        val stream =
          resilience().stream {
            flow {
              runCatching { emit("one") }
              emit("two")
            }
          }

        runCatching { stream.collect { throw own } }.exceptionOrNull() shouldBeSameInstanceAs own
      }
    }

    test("first() ends the flow that sends") {
      runTest {
        var ended = false
        val stream =
          resilience().stream {
            flow {
              try {
                emit("one")
                awaitCancellation()
              } finally {
                ended = true
              }
            }
          }

        stream.first() shouldBe "one"

        ended shouldBe true
      }
    }

    test("a flow of another dispatcher can be sent, and be mapped on the way") {
      runTest {
        // One of the test's time, which would run ahead of a real thread.
        val other = StandardTestDispatcher(testScheduler)
        val stream = resilience().stream { flow { repeat(99) { emit(it) } }.flowOn(other) }

        stream.map { it * 2 }.toList() shouldContainExactly List(99) { it * 2 }
      }
    }

    test("a flow that withstands its cancellation is taken for stalled, and its items for late") {
      runTest {
        val seen = mutableListOf<String>()
        val stream =
          resilience().withChain(listOf("b")).stream {
            flow {
              emit("one")
              runCatching { awaitCancellation() }
              emit("late")
            }
          }

        shouldThrow<StreamInterruptedException> { stream.collect { seen += it } }

        seen shouldContainExactly listOf("one")
        currentTime shouldBe 60_000
      }
    }

    test("the deadline around the collection bounds it, and has no opinion") {
      runTest {
        val time = SchedulerTime(testScheduler)
        val resilience = resilience()
        val stream = resilience.stream<String> { awaitCancellation() }

        shouldThrow<DeadlineExceededException> {
          withDeadline(7.seconds, time) { stream.collect {} }
        }

        currentTime shouldBe 7_000
        resilience.breakers().breaker("a").failures() shouldBe 0
      }
    }

    test("a consumer that never ends its work holds no timer") {
      runTest {
        val gate = CompletableDeferred<Unit>()
        val stream = resilience().stream { flowOf("one", "two") }
        val call = launch { stream.collect { gate.await() } }
        advanceUntilIdle()
        delay(5_000.seconds)
        advanceUntilIdle()

        currentTime shouldBe 5_000_000
        call.cancel()
      }
    }

    test("a probe is decided while the stream goes on") {
      runTest {
        val resilience = resilience()
        resilience.breakers().breaker("a").trip()
        delay(10.seconds)
        val source = MutableSharedFlow<String>()
        val options = StreamOptions.builder<String>().isContent { !it.startsWith("~") }.build()
        val call = launch { resilience.stream(options) { source }.collect {} }
        runCurrent()
        val state = { resilience.breakers().breaker("a").state() }
        source.emit("~start")
        runCurrent()
        state() shouldBe HALF_OPEN

        source.emit("one")
        runCurrent()

        state() shouldBe CLOSED
        call.cancel()
      }
    }

    test("a degraded flow is told why") {
      runTest {
        val stream =
          resilience().stream(degraded = { flowOf("degraded after ${it.attempts}") }) {
            if (it.number < 9) throw Fault(OVERLOADED)
            emptyFlow()
          }

        stream.toList() shouldContainExactly listOf("degraded after 6")
      }
    }
  })
