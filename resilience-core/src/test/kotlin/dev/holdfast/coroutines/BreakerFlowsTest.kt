package dev.holdfast.coroutines

import dev.holdfast.breaker.CircuitBreaker.State.CLOSED
import dev.holdfast.breaker.CircuitBreaker.State.HALF_OPEN
import dev.holdfast.breaker.CircuitBreaker.State.OPEN
import dev.holdfast.breaker.CircuitOpenException
import dev.holdfast.testing.SchedulerTime
import dev.holdfast.testing.fail
import dev.holdfast.testing.testBreaker
import dev.holdfast.testing.trip
import dev.holdfast.testkit.ManualTime
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import java.io.IOException
import java.time.Duration
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.TimeoutCancellationException
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.delay
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.flow.flow
import kotlinx.coroutines.flow.flowOf
import kotlinx.coroutines.flow.take
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.launch
import kotlinx.coroutines.test.runCurrent
import kotlinx.coroutines.test.runTest
import kotlinx.coroutines.withTimeout

class BreakerFlowsTest :
  FunSpec({
    test("a flow that ends was a success") {
      val breaker = testBreaker()
      breaker.fail(2)

      flowOf(1, 2, 3).withBreaker(breaker).toList() shouldContainExactly listOf(1, 2, 3)

      breaker.failures() shouldBe 0
    }

    test("a flow is not started when the breaker is open") {
      val breaker = testBreaker()
      breaker.trip()
      var started = 0

      shouldThrow<CircuitOpenException> { flow { emit(++started) }.withBreaker(breaker).toList() }

      started shouldBe 0
    }

    test("an exception of the flow is a failure, before the first item and after it") {
      val breaker = testBreaker()
      val broken = flow {
        emit(1)
        throw IOException("cut")
      }

      shouldThrow<IOException> { flow<Int> { throw IOException() }.withBreaker(breaker).toList() }
      breaker.failures() shouldBe 1
      shouldThrow<IOException> { broken.withBreaker(breaker).toList() }

      breaker.failures() shouldBe 2
    }

    test("a timeout inside the flow is a failure") {
      runTest {
        val breaker = testBreaker()
        val hanging = flow<Int> { withTimeout(1.seconds) { awaitCancellation() } }

        shouldThrow<TimeoutCancellationException> { hanging.withBreaker(breaker).toList() }

        breaker.failures() shouldBe 1
      }
    }

    test("a collector that leaves after the first item, or throws, leaves a success behind") {
      val breaker = testBreaker()
      breaker.fail(2)
      flowOf(1, 2, 3).withBreaker(breaker).first() shouldBe 1
      breaker.failures() shouldBe 0

      breaker.fail(2)
      flowOf(1, 2, 3).withBreaker(breaker).take(2).toList()
      breaker.failures() shouldBe 0

      breaker.fail(2)
      shouldThrow<IllegalStateException> {
        flowOf(1, 2, 3).withBreaker(breaker).collect { error("collector") }
      }
      breaker.failures() shouldBe 0
    }

    test("cancelled before the first item it says nothing, after it success") {
      runTest {
        val breaker = testBreaker()
        breaker.fail(2)
        val slow = flow {
          delay(1.seconds)
          emit(1)
          awaitCancellation()
        }
        val before = launch { slow.withBreaker(breaker).collect {} }
        runCurrent()
        before.cancelAndJoin()
        breaker.failures() shouldBe 2

        val after = launch { slow.withBreaker(breaker).collect {} }
        delay(2.seconds)
        after.cancelAndJoin()

        breaker.failures() shouldBe 0
      }
    }

    test("each collection has a permit of its own, and the first item of a probe closes") {
      runTest {
        val breaker = testBreaker(SchedulerTime(testScheduler))
        breaker.trip()
        delay(10.seconds)
        val endless =
          flow {
              emit(1)
              awaitCancellation()
            }
            .withBreaker(breaker)
        breaker.state() shouldBe HALF_OPEN

        val first = launch { endless.collect {} }
        runCurrent()
        breaker.state() shouldBe CLOSED
        val second = launch { endless.collect {} }
        runCurrent()

        first.cancelAndJoin()
        second.cancelAndJoin()
        breaker.snapshot().staleResults shouldBe 0
      }
    }

    test("state shows each state, and stateChanges each transition in order") {
      runTest {
        val time = ManualTime()
        val breaker = testBreaker(time)
        breaker.state.value shouldBe CLOSED
        val seen = mutableListOf<String>()
        val collector = launch {
          breaker.stateChanges.collect { seen += "${it.from()} ${it.to()}" }
        }
        runCurrent()

        breaker.trip()
        breaker.state.value shouldBe OPEN
        time.advance(Duration.ofSeconds(10))
        breaker.acquire().success()
        runCurrent()

        breaker.state.value shouldBe CLOSED
        seen shouldContainExactly listOf("CLOSED OPEN", "OPEN HALF_OPEN", "HALF_OPEN CLOSED")
        collector.cancelAndJoin()
      }
    }

    test("a collector that is stuck holds up neither the breaker nor other collectors") {
      runTest {
        val breaker = testBreaker()
        val stuck = launch { breaker.stateChanges.collect { awaitCancellation() } }
        var seen = 0
        val quick = launch { breaker.stateChanges.collect { seen++ } }
        runCurrent()

        repeat(200) {
          breaker.forceOpen()
          breaker.reset()
          runCurrent()
        }

        seen shouldBe 400
        breaker.snapshot().generation shouldBe 400
        stuck.cancelAndJoin()
        quick.cancelAndJoin()
      }
    }
  })
