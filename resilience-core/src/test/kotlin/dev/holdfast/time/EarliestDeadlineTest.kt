package dev.holdfast.time

import dev.holdfast.testkit.ManualTime
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeSameInstanceAs
import java.time.Duration

class EarliestDeadlineTest :
  FunSpec({
    val end = Long.MAX_VALUE
    val longest = Duration.ofSeconds(Long.MAX_VALUE)
    fun after(nanos: Long, since: Long) = Deadline.after(Duration.ofNanos(nanos), since)

    mapOf(
        "of the same beginning" to (after(5, 0) to after(6, 0)),
        "the later beginning, the earlier end" to (after(5, 10) to after(20, 0)),
        "the earlier beginning, the earlier end" to (after(5, 0) to after(1, 10)),
        "of the same end, the first" to (after(5, 0) to after(3, 2)),
        "across the overflow of the clock" to (after(20, end - 10) to after(5, end + 20)),
        "one that passed long ago" to (after(5, 0) to after(5, end / 2)),
        "against the longest" to (after(5, 0) to Deadline.after(longest, 0)),
        "against the longest, which began later" to (after(50, 0) to Deadline.after(longest, 10)),
        "against the longest, which began earlier" to (after(50, 10) to Deadline.after(longest, 0)),
        "against none" to (after(5, 0) to Deadline.none()),
      )
      .forEach { (name, pair) ->
        test("the earliest: $name") {
          val (early, late) = pair

          Deadline.earliest(early, late) shouldBeSameInstanceAs early
          if (name.startsWith("of the same end")) return@test
          Deadline.earliest(late, early) shouldBeSameInstanceAs early
        }
      }

    test("the earliest of none and none is none") {
      Deadline.earliest(Deadline.none(), Deadline.none()).isNone shouldBe true
    }

    test("what is left is read from the clock, also when it overflows") {
      val time = ManualTime()
      val deadline = Deadline.after(Duration.ofMinutes(2), time)

      time.advance(Duration.ofSeconds(90))
      deadline.remaining(time) shouldBe Duration.ofSeconds(30)
      deadline.hasPassed(time.nanoTime()) shouldBe false
      time.advance(Duration.ofSeconds(30))

      deadline.remaining(time) shouldBe Duration.ZERO
      deadline.hasPassed(time.nanoTime()) shouldBe true
      Deadline.none().remaining(time) shouldBe Duration.ofNanos(Long.MAX_VALUE)
      Deadline.none().hasPassed(time.nanoTime()) shouldBe false
    }
  })
