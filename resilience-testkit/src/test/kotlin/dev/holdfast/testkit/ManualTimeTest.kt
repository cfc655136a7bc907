package dev.holdfast.testkit

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.longs.shouldBeLessThan
import io.kotest.matchers.shouldBe
import java.time.Duration

class ManualTimeTest :
  FunSpec({
    fun seconds(count: Long): Duration = Duration.ofSeconds(count)

    test("time stands still until it is moved") {
      val time = ManualTime()
      val start = time.nanoTime()
      time.nanoTime() shouldBe start

      time.advance(seconds(2))

      time.nanoTime() - start shouldBe seconds(2).toNanos()
      time.elapsed() shouldBe seconds(2)
    }

    test("the clock overflows within a minute, and differences stay right") {
      val time = ManualTime()
      val start = time.nanoTime()

      time.advance(seconds(60))

      time.nanoTime() shouldBeLessThan start
      time.nanoTime() - start shouldBe seconds(60).toNanos()
    }

    test("tasks run in the order of their times, each at its own") {
      val time = ManualTime()
      val ran = mutableListOf<Pair<String, Duration>>()
      time.schedule(seconds(3)) { ran.add("third" to time.elapsed()) }
      time.schedule(seconds(1)) { ran.add("first" to time.elapsed()) }
      time.schedule(seconds(1)) { ran.add("second" to time.elapsed()) }
      time.schedule(seconds(5)) { ran.add("never" to time.elapsed()) }

      time.advance(seconds(4))

      ran shouldBe listOf("first" to seconds(1), "second" to seconds(1), "third" to seconds(3))
      time.scheduled() shouldBe 1
    }

    test("a task may schedule another that falls due in the same advance") {
      val time = ManualTime()
      val ran = mutableListOf<Duration>()
      time.schedule(seconds(1)) { time.schedule(seconds(1)) { ran.add(time.elapsed()) } }

      time.advance(seconds(2))

      ran shouldBe listOf(seconds(2))
    }

    test("a task that is due at once waits for the next advance") {
      val time = ManualTime()
      var ran = 0
      time.schedule(Duration.ZERO) { ran++ }
      ran shouldBe 0

      time.advance(Duration.ZERO)

      ran shouldBe 1
    }

    test("a cancelled task is forgotten, and cancelling twice or late does nothing") {
      val time = ManualTime()
      var ran = 0
      val cancelled = time.schedule(seconds(1)) { ran++ }
      val kept = time.schedule(seconds(1)) { ran++ }
      cancelled.cancel()
      cancelled.cancel()
      time.scheduled() shouldBe 1

      time.advance(seconds(1))
      kept.cancel()

      ran shouldBe 1
    }

    test("sleep moves the time and is remembered") {
      val time = ManualTime()
      var ran = false
      time.schedule(seconds(2)) { ran = true }

      time.sleep(seconds(1))
      time.sleep(seconds(2))

      ran shouldBe true
      time.elapsed() shouldBe seconds(3)
      time.sleeps() shouldBe listOf(seconds(1), seconds(2))
    }

    test("sleep throws when the thread is interrupted, and moves nothing") {
      val time = ManualTime()
      Thread.currentThread().interrupt()

      shouldThrow<InterruptedException> { time.sleep(seconds(1)) }

      Thread.interrupted() shouldBe false
      time.elapsed() shouldBe Duration.ZERO
      time.sleeps() shouldBe emptyList()
    }

    test("durations beyond the clock's range wait for ever") {
      val time = ManualTime()
      time.advance(seconds(1))
      var ran = false
      time.schedule(seconds(Long.MAX_VALUE)) { ran = true }

      time.advance(Duration.ofDays(365))

      ran shouldBe false
      time.scheduled() shouldBe 1
    }
  })
