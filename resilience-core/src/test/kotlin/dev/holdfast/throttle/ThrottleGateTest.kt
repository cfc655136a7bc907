package dev.holdfast.throttle

import dev.holdfast.testkit.ManualTime
import dev.holdfast.time.WaitHints
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.throwable.shouldHaveMessage
import java.time.Duration

class ThrottleGateTest :
  FunSpec({
    fun ThrottleGate.left(now: Long): Duration = Duration.ofNanos(closedNanos(now))

    test("a gate is open until it is closed, and opens at the very moment") {
      val time = ManualTime()
      val gate = ThrottleGate("sonnet")

      gate.left(time.nanoTime()) shouldBe Duration.ZERO
      gate.closeFor(Duration.ofSeconds(40), time.nanoTime())
      time.advance(Duration.ofSeconds(40).minusNanos(1))
      gate.left(time.nanoTime()) shouldBe Duration.ofNanos(1)
      time.advance(Duration.ofNanos(1))

      gate.left(time.nanoTime()) shouldBe Duration.ZERO
    }

    listOf(0, 1, -1, 5_000_000_000, -5_000_000_000, Long.MAX_VALUE - 5, Long.MIN_VALUE + 5)
      .forEach { now ->
        test("a new gate closes when the clock reads $now") {
          val gate = ThrottleGate("sonnet")

          gate.closedNanos(now) shouldBe 0
          gate.closeFor(Duration.ofSeconds(3), now)

          gate.left(now) shouldBe Duration.ofSeconds(3)
          gate.left(now + 1_000_000_000) shouldBe Duration.ofSeconds(2)
        }
      }

    data class Row(val first: Long, val second: Long, val afterwards: Long)
    listOf(Row(10, 3, 8), Row(10, 8, 8), Row(10, 20, 20), Row(3, 10, 10)).forEach { row ->
      test(
        "closed for ${row.first} s, 2 s later for ${row.second} s: ${row.afterwards} s are left"
      ) {
        val time = ManualTime()
        val gate = ThrottleGate("sonnet")

        gate.closeFor(Duration.ofSeconds(row.first), time.nanoTime())
        time.advance(Duration.ofSeconds(2))
        gate.closeFor(Duration.ofSeconds(row.second), time.nanoTime())

        gate.left(time.nanoTime()) shouldBe Duration.ofSeconds(row.afterwards)
      }
    }

    listOf(Duration.ofHours(2), Duration.ofDays(40_000), Duration.ofSeconds(Long.MAX_VALUE))
      .forEach { hint ->
        test("a hint of $hint closes the gate for an hour") {
          val gate = ThrottleGate("sonnet")

          gate.closeFor(hint, 7)

          gate.left(7) shouldBe WaitHints.LONGEST
        }
      }

    test("a hint of zero closes nothing") {
      val gate = ThrottleGate("sonnet")

      gate.closeFor(Duration.ZERO, 7)

      gate.closedNanos(7) shouldBe 0
    }

    test("a gate that opened long ago stays open when the clock comes round again") {
      val gate = ThrottleGate("sonnet")
      gate.closeFor(Duration.ofSeconds(1), 0)

      gate.closedNanos(2_000_000_000) shouldBe 0

      gate.closedNanos(1) shouldBe 0
    }

    test("a reading from just before the gate closed sees it closed for the whole hint") {
      val gate = ThrottleGate("sonnet")
      gate.closeFor(Duration.ofSeconds(1), 100)

      gate.left(90) shouldBe Duration.ofSeconds(1)
    }

    test("a negative hint and a blank name are refused") {
      shouldThrow<IllegalArgumentException> {
        ThrottleGate("sonnet").closeFor(Duration.ofSeconds(-1), 0)
      } shouldHaveMessage "hint must not be negative, but was PT-1S"
      shouldThrow<IllegalArgumentException> { ThrottleGate(" ") } shouldHaveMessage
        "name must not be blank, but was ' '"
    }

    test("a gate tells its name") {
      ThrottleGate("sonnet").name() shouldBe "sonnet"
      ThrottleGate("sonnet").toString() shouldBe "ThrottleGate[sonnet]"
    }

    test("the exception says which gate and how long, without a stack trace, for any duration") {
      val refused = GateClosedException("sonnet", Duration.ofMillis(1500))

      refused shouldHaveMessage "Throttle gate 'sonnet' is closed; retry after PT1.5S"
      refused.name() shouldBe "sonnet"
      refused.retryAfter() shouldBe Duration.ofMillis(1500)
      refused.stackTrace.size shouldBe 0
      GateClosedException("sonnet", Duration.ofSeconds(Long.MAX_VALUE)).retryAfter() shouldBe
        Duration.ofNanos(Long.MAX_VALUE)
    }
  })
