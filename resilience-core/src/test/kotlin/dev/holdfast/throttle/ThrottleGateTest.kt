package dev.holdfast.throttle

import dev.holdfast.testing.Threads
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

    data class Reading(val limit: Long, val remaining: Long, val seconds: Long) {
      fun quota() = QuotaReading(limit, remaining, Duration.ofSeconds(seconds))
    }
    data class Quota(
      val first: Reading,
      val second: Reading,
      val expected: Map<Int, Double>,
      val secondsBetween: Int = 0,
    )
    listOf(
        // The requests are scarce until 20, and the tokens that are read after them are not.
        Quota(Reading(100, 10, 20), Reading(4000, 3000, 60), mapOf(1 to 0.1, 19 to 0.1, 20 to 1.0)),
        Quota(Reading(4000, 3000, 60), Reading(100, 10, 20), mapOf(1 to 0.1, 19 to 0.1, 20 to 1.0)),
        Quota(Reading(100, 10, 20), Reading(100, 10, 60), mapOf(19 to 0.1, 59 to 0.1, 60 to 1.0)),
        Quota(Reading(100, 10, 60), Reading(100, 10, 20), mapOf(19 to 0.1, 59 to 0.1, 60 to 1.0)),
        // All of it is there again, so there is nothing to keep.
        Quota(Reading(100, 10, 20), Reading(100, 5, 0), mapOf(1 to 0.1)),
        Quota(Reading(100, 10, 1), Reading(4000, 3000, 60), mapOf(1 to 0.75, 60 to 0.75), 1),
        Quota(Reading(100, 200, 20), Reading(100, 100, 30), mapOf(1 to 1.0)),
      )
      .forEach { (first, second, expected, between) ->
        test("of $first and, $between s later, $second the least headroom is kept") {
          val gate = ThrottleGate("sonnet")
          fun at(second: Int) = Duration.ofSeconds(second.toLong()).toNanos()

          gate.read(first.quota(), at(0))
          gate.read(second.quota(), at(between))

          expected.mapValues { gate.headroom(at(it.key)) } shouldBe expected
        }
      }

    test("of readings that threads report together the least headroom is kept") {
      Threads().use { threads ->
        repeat(200) {
          val gate = ThrottleGate("sonnet")

          threads.race { number ->
            gate.read(QuotaReading(100, 10L + number, Duration.ofSeconds(20)), 0)
          }

          gate.headroom(0) shouldBe 0.1
        }
      }
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
