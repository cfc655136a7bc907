@file:OptIn(ExperimentalCoroutinesApi::class)

package dev.holdfast.time

import dev.holdfast.coroutines.currentDeadline
import dev.holdfast.coroutines.withDeadline
import dev.holdfast.outcome.DeadlineExceededException
import dev.holdfast.testing.SchedulerTime
import dev.holdfast.testkit.ManualTime
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.throwable.shouldHaveMessage
import java.io.IOException
import java.time.Duration as JavaDuration
import kotlin.time.Duration
import kotlin.time.Duration.Companion.minutes
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.TimeoutCancellationException
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.delay
import kotlinx.coroutines.isActive
import kotlinx.coroutines.launch
import kotlinx.coroutines.test.TestScope
import kotlinx.coroutines.test.currentTime
import kotlinx.coroutines.test.runCurrent
import kotlinx.coroutines.test.runTest
import kotlinx.coroutines.withTimeout

private fun TestScope.time() = SchedulerTime(testScheduler)

class WithDeadlineTest :
  FunSpec({
    test("a block that ends in time gives its value, null too") {
      runTest {
        withDeadline(2.minutes, time()) { "value" } shouldBe "value"
        withDeadline(2.minutes, time()) { null } shouldBe null
        currentTime shouldBe 0
      }
    }

    test("a block that overruns is cancelled, and its caller is not") {
      runTest {
        var cancelled: Throwable? = null

        val thrown =
          shouldThrow<DeadlineExceededException> {
            withDeadline(2.minutes, time()) {
              try {
                awaitCancellation()
              } catch (end: CancellationException) {
                cancelled = end
                throw end
              }
            }
          }

        thrown shouldHaveMessage "The deadline has passed; what was under way was cancelled"
        (cancelled is TimeoutCancellationException) shouldBe true
        currentTime shouldBe 120_000
        isActive shouldBe true
      }
    }

    listOf(Duration.ZERO, (-1).seconds).forEach { none ->
      test("with $none left the block is not begun") {
        runTest {
          var begun = false

          shouldThrow<DeadlineExceededException> { withDeadline(none, time()) { begun = true } }

          begun shouldBe false
        }
      }
    }

    test("a deadline inside another one only shrinks, and the inner one is gone after its block") {
      runTest {
        val time = time()

        withDeadline(10.seconds, time) {
          withDeadline(1.minutes, time) {
            currentDeadline(time).remaining(time).seconds shouldBe 10
          }
          withDeadline(3.seconds, time) { currentDeadline(time).remaining(time).seconds shouldBe 3 }
          delay(4.seconds)
          currentDeadline(time).remaining(time).seconds shouldBe 6
        }
        currentDeadline(time).isNone shouldBe true
      }
    }

    listOf(1.minutes to 10.seconds, 10.seconds to 1.minutes, 10.seconds to 10.seconds).forEach {
      (outer, inner) ->
      test("of $outer around $inner the earlier reports, once") {
        runTest {
          val time = time()
          val reports = mutableListOf<String>()

          runCatching {
              withDeadline(outer, time) {
                runCatching { withDeadline(inner, time) { awaitCancellation() } }
                  .onFailure { if (it is DeadlineExceededException) reports += "inner" }
                  .getOrThrow()
              }
            }
            .onFailure { if (it is DeadlineExceededException) reports += "outer" }

          reports.first() shouldBe if (inner < outer) "inner" else "outer"
          currentTime shouldBe 10_000
        }
      }
    }

    test("what is launched inside has the deadline") {
      runTest {
        val time = time()

        withDeadline(10.seconds, time) {
          async { currentDeadline(time).remaining(time) }.await().seconds shouldBe 10
        }
      }
    }

    test("the deadline is told as a moment on the clock of who asks") {
      runTest {
        val other = ManualTime()

        withDeadline(10.seconds, time()) {
          delay(4.seconds)
          val deadline = currentDeadline(other)
          deadline.remaining(other).seconds shouldBe 6
          other.advance(JavaDuration.ofSeconds(6))
          deadline.hasPassed(other.nanoTime()) shouldBe true
        }
      }
    }

    test("an explicit deadline holds as one with a duration does, and none is none") {
      runTest {
        val time = time()
        val deadline = Deadline.after(JavaDuration.ofSeconds(5), time)

        shouldThrow<DeadlineExceededException> { withDeadline(deadline, time) { delay(6.seconds) } }
        withDeadline(Deadline.none(), time) {
          delay(1.minutes)
          currentDeadline(time).isNone shouldBe true
        }

        currentTime shouldBe 65_000
      }
    }

    test("the caller's own cancellation is no passed deadline") {
      runTest {
        var seen: Throwable? = null
        val caller = launch {
          runCatching { withDeadline(10.seconds, time()) { awaitCancellation() } }
            .onFailure { seen = it }
        }
        runCurrent()

        caller.cancel()
        caller.join()

        (seen is CancellationException) shouldBe true
        currentTime shouldBe 0
      }
    }

    test("a timeout and a failure of the block's own come out as they are") {
      runTest {
        shouldThrow<TimeoutCancellationException> {
          withDeadline(10.seconds, time()) { withTimeout(1.seconds) { awaitCancellation() } }
        }
        shouldThrow<TimeoutCancellationException> {
          withTimeout(1.seconds) { withDeadline(10.seconds, time()) { awaitCancellation() } }
        }
        shouldThrow<IOException> { withDeadline(10.seconds, time()) { throw IOException() } }
        shouldThrow<DeadlineExceededException> {
          withDeadline(10.seconds, time()) { throw DeadlineExceededException() }
        } shouldHaveMessage "The deadline of the call has passed; no further model was asked"
      }
    }
  })
