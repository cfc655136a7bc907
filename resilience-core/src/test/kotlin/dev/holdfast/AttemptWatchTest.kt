package dev.holdfast

import dev.holdfast.testing.BreakableTime
import dev.holdfast.testing.SteppingTime
import dev.holdfast.testing.Threads
import dev.holdfast.testkit.ManualTime
import dev.holdfast.time.Time
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.ints.shouldBeGreaterThan
import io.kotest.matchers.shouldBe
import java.time.Duration
import java.util.concurrent.CountDownLatch
import java.util.concurrent.TimeUnit.SECONDS
import kotlin.random.Random

class AttemptWatchTest :
  FunSpec({
    val time = ManualTime()
    val owner = scenarioResilience(time)

    fun seconds(count: Long) = Duration.ofSeconds(count)

    fun start(timeout: Duration) = owner.start(timeout)

    afterTest {
      Thread.interrupted()
      time.advance(Duration.ofHours(2))
    }

    test("one timer serves any number of attempts, and none is left when they have ended") {
      repeat(1_000) { start(seconds(30)).use { time.advance(Duration.ofMillis(10)) } }

      time.scheduled() shouldBe 1
      time.advance(seconds(30))
      time.scheduled() shouldBe 0
      Thread.interrupted() shouldBe false
    }

    test("each attempt is interrupted at its own time, whatever others had been told before") {
      start(seconds(60)).use { long ->
        start(seconds(10)).use { short ->
          start(seconds(20)).use { middle ->
            val interrupts =
              List(6) {
                time.advance(seconds(10))
                Thread.interrupted()
              }

            interrupts shouldContainExactly listOf(true, true, false, false, false, true)
            listOf(middle, short, long).map { it.stop() } shouldContainExactly
              listOf(true, true, true)
          }
        }
      }
      Thread.interrupted() shouldBe false
    }

    test("an attempt that begins after the timer was set is not interrupted with the others") {
      start(seconds(30)).use { first ->
        time.advance(seconds(20))
        start(seconds(30)).use { second ->
          time.advance(seconds(10))
          first.stop() shouldBe true
          second.stop() shouldBe false
        }
      }
    }

    test("an attempt that stops in time leaves an interrupt from elsewhere alone") {
      start(seconds(30)).use { Thread.currentThread().interrupt() }

      time.advance(seconds(30))

      Thread.interrupted() shouldBe true
    }

    test("attempts without a place have a timer of their own, and give it back") {
      val attempts = List(100) { start(seconds(30)) }
      time.scheduled() shouldBeGreaterThan 90

      attempts.take(50).forEach { it.stop() shouldBe false }
      time.advance(seconds(30))

      attempts.drop(50).map { it.stop() }.distinct() shouldContainExactly listOf(true)
      time.scheduled() shouldBe 0
    }

    test("a clock that takes no timer leaves nothing behind") {
      val broken = scenarioResilience(SteppingTime(time::nanoTime))

      repeat(200) { shouldThrow<IllegalStateException> { broken.start(seconds(1)) } }
    }

    test("a look at a clock that throws leaves the attempts that are left watched") {
      val clock = BreakableTime(IllegalStateException("broken"))
      val owner = scenarioResilience(clock)
      owner.start(seconds(30)).use { short ->
        owner.start(seconds(60)).use { long ->
          clock.isBroken = true
          clock.manual.advance(seconds(30))
          clock.isBroken = false
          short.stop() shouldBe true

          clock.manual.advance(seconds(30))
          long.stop() shouldBe true
        }
      }
    }

    test("an attempt whose timer is refused takes the watch from nobody") {
      var refuses = false
      val clock =
        object : Time by time {
          override fun schedule(delay: Duration, task: Runnable) =
            if (refuses) error("no timer") else time.schedule(delay, task)
        }
      val owner = scenarioResilience(clock)
      owner.start(seconds(60)).use { first ->
        refuses = true
        shouldThrow<IllegalStateException> { owner.start(seconds(10)) }
        refuses = false

        time.advance(seconds(60))
        first.stop() shouldBe true
      }
    }

    test("of two whose time is over at once, the inner one leaves the outer one its interrupt") {
      val first = start(seconds(20))
      start(seconds(10)).use { outer ->
        // It takes the place before that of the outer one, so it is interrupted before it.
        first.stop()
        start(seconds(10)).use { inner ->
          time.advance(seconds(10))
          inner.stop() shouldBe true
        }

        Thread.currentThread().isInterrupted shouldBe true
        outer.stop() shouldBe true
        outer.wasInterruptedBefore() shouldBe false
        Thread.currentThread().isInterrupted shouldBe false
      }
    }

    test("a timeout of any length is watched") {
      start(Duration.ofSeconds(Long.MAX_VALUE)).use {
        start(seconds(1)).use { short ->
          time.advance(seconds(1))
          short.stop() shouldBe true
        }
        it.stop() shouldBe false
      }
    }

    test("on many threads every hanging attempt is interrupted, and no other") {
      val real = scenarioResilience(Time.system())
      Threads(8).use { threads ->
        val counts =
          threads.race { thread ->
            val random = Random(thread)
            var overdue = 0
            repeat(200) {
              if (random.nextInt(8) > 0) {
                real.start(seconds(30)).use { attempt -> attempt.stop() shouldBe false }
              } else {
                real.start(Duration.ofMillis(random.nextLong(1, 5))).use { attempt ->
                  shouldThrow<InterruptedException> { CountDownLatch(1).await(20, SECONDS) }
                  attempt.stop() shouldBe true
                  overdue++
                }
              }
              Thread.interrupted() shouldBe false
            }
            overdue
          }
        counts.sum() shouldBeGreaterThan 100
      }
    }
  })

private fun Resilience.start(timeout: Duration): TimedAttempt =
  shared.watch().start(this, timeout, time().nanoTime())
