package dev.holdfast.time

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import java.time.Duration

class DeadlineTest :
  FunSpec({
    data class Row(val length: Duration, val since: Long, val now: Long, val left: Long)
    val longest = Duration.ofSeconds(Long.MAX_VALUE)

    listOf(
        Row(Duration.ofNanos(100), 0, 0, 100),
        Row(Duration.ofNanos(100), 0, 99, 1),
        Row(Duration.ofNanos(100), 0, 100, 0),
        Row(Duration.ofNanos(100), 0, 5000, 0),
        Row(Duration.ofNanos(100), Long.MAX_VALUE - 10, Long.MIN_VALUE + 9, 80),
        Row(Duration.ofNanos(100), -50, 49, 1),
        Row(Duration.ofNanos(100), 50, 40, 100),
        Row(longest, 0, 1000, Long.MAX_VALUE - 1000),
        Row(longest, 50, 40, Long.MAX_VALUE),
      )
      .forEach { row ->
        test("$row") {
          Deadline.after(row.length, row.since).remainingNanos(row.now) shouldBe row.left
        }
      }

    test("no deadline leaves all the time in the world at any time") {
      listOf(0, Long.MIN_VALUE, Long.MAX_VALUE).forEach {
        Deadline.none().remainingNanos(it) shouldBe Long.MAX_VALUE
      }
      Deadline.none().isNone shouldBe true
      Deadline.after(longest, 0).isNone shouldBe false
    }

    test("a call is bounded by what is left, if that is less than it wants") {
      val deadline = Deadline.after(Duration.ofSeconds(10), 0)

      deadline.bound(Duration.ofSeconds(3), 0) shouldBe Duration.ofSeconds(3)
      deadline.bound(Duration.ofSeconds(10), 0) shouldBe Duration.ofSeconds(10)
      deadline.bound(Duration.ofSeconds(11), 0) shouldBe Duration.ofSeconds(10)
      deadline.bound(longest, 10_000_000_000) shouldBe Duration.ZERO
      Deadline.none().bound(Duration.ofDays(9), 0) shouldBe Duration.ofDays(9)
    }

    test("durations of any length are told in nanoseconds") {
      Durations.saturatedNanos(Duration.ofSeconds(-3)) shouldBe 0
      Durations.saturatedNanos(Duration.ZERO) shouldBe 0
      Durations.saturatedNanos(Duration.ofMillis(3)) shouldBe 3_000_000
      Durations.saturatedNanos(Duration.ofNanos(Long.MAX_VALUE)) shouldBe Long.MAX_VALUE
      Durations.saturatedNanos(longest) shouldBe Long.MAX_VALUE
      Durations.saturatedNanos(Duration.ofSeconds(Long.MIN_VALUE)) shouldBe 0
    }
  })
