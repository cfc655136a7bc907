package dev.holdfast.breaker

import dev.holdfast.breaker.CircuitBreaker.State.CLOSED
import dev.holdfast.breaker.CircuitBreaker.State.HALF_OPEN
import dev.holdfast.breaker.CircuitBreaker.State.OPEN
import dev.holdfast.testing.SteppingTime
import dev.holdfast.testing.testBreaker
import dev.holdfast.testing.trip
import dev.holdfast.testing.tripAndWait
import dev.holdfast.testkit.ManualTime
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import java.time.Duration

class ProbeTest :
  FunSpec({
    val lease = Duration.ofSeconds(120)

    listOf(1, 2, 5).forEach { places ->
      test("of ${places + 1} calls in HALF_OPEN $places are admitted and the next is refused") {
        val time = ManualTime()
        val breaker = testBreaker(time) { permittedCallsInHalfOpenState(places) }
        breaker.tripAndWait(time)

        val permits = List(places) { breaker.tryAcquire() }

        permits.forEach { it.shouldNotBeNull() }
        breaker.tryAcquire().shouldBeNull()
        breaker.state() shouldBe HALF_OPEN
        breaker.retryAfter() shouldBe lease
        breaker.snapshot().rejected() shouldBe 1
      }
    }

    test("who will wait in HALF_OPEN is admitted in CLOSED, refused in OPEN, and else not told") {
      val time = ManualTime()
      val breaker = testBreaker(time)

      breaker.enterUnlessHalfOpen().shouldNotBeNull().isProbe shouldBe false
      breaker.trip()
      shouldThrow<CircuitOpenException> { breaker.enterUnlessHalfOpen() }.state() shouldBe OPEN
      time.advance(breaker.retryAfter())
      breaker.enterUnlessHalfOpen().shouldBeNull()

      breaker.snapshot().rejected() shouldBe 1
      breaker.enter().isProbe shouldBe true
    }

    test("as many successes as the threshold says close the breaker, one after the other") {
      val time = ManualTime()
      val breaker = testBreaker(time) { successThreshold(3) }
      breaker.tripAndWait(time)

      val states =
        List(3) {
          breaker.acquire().success()
          breaker.state()
        }

      states shouldContainExactly listOf(HALF_OPEN, HALF_OPEN, CLOSED)
    }

    test("a failed probe opens the breaker whatever the others found, and the wait starts anew") {
      val time = ManualTime()
      val breaker =
        testBreaker(time) {
          permittedCallsInHalfOpenState(2)
          successThreshold(2)
        }
      breaker.tripAndWait(time)
      val failing = breaker.acquire()
      breaker.acquire().success()
      time.advance(Duration.ofSeconds(4))

      failing.failure()

      breaker.state() shouldBe OPEN
      breaker.retryAfter() shouldBe Duration.ofSeconds(10)
    }

    test("a new HALF_OPEN counts its successes from zero") {
      val time = ManualTime()
      val breaker = testBreaker(time) { successThreshold(2) }
      breaker.tripAndWait(time)
      breaker.acquire().success()
      breaker.acquire().failure()
      time.advance(Duration.ofSeconds(10))

      breaker.acquire().success()

      breaker.state() shouldBe HALF_OPEN
    }

    test("a probe that is closed with no opinion frees its place at once") {
      val time = ManualTime()
      val breaker = testBreaker(time)
      breaker.tripAndWait(time)

      breaker.acquire().close()

      breaker.retryAfter() shouldBe Duration.ZERO
      breaker.tryAcquire().shouldNotBeNull()
    }

    test("a probe that never reports holds its place until its lease ends, and not longer") {
      val time = ManualTime()
      val breaker = testBreaker(time)
      breaker.tripAndWait(time)
      breaker.acquire()

      time.advance(lease.minusNanos(1))
      breaker.tryAcquire().shouldBeNull()
      breaker.retryAfter() shouldBe Duration.ofNanos(1)
      time.advance(Duration.ofNanos(1))

      breaker.retryAfter() shouldBe Duration.ZERO
      breaker.tryAcquire().shouldNotBeNull()
    }

    val reports: Map<String, Permit.() -> Unit> =
      mapOf("success" to { success() }, "failure" to { failure() })
    reports.forEach { (name, report) ->
      test("the late $name of a probe that lost its place is dropped and counted as stale") {
        val time = ManualTime()
        val breaker = testBreaker(time)
        breaker.tripAndWait(time)
        val late = breaker.acquire()
        time.advance(lease)
        val current = breaker.acquire()

        report(late)

        breaker.snapshot().staleResults() shouldBe 1
        breaker.state() shouldBe HALF_OPEN
        breaker.tryAcquire().shouldBeNull()
        current.success()
        breaker.state() shouldBe CLOSED
      }
    }

    test("a probe that lost its place and is closed does not free the place of another") {
      val time = ManualTime()
      val breaker = testBreaker(time)
      breaker.tripAndWait(time)
      val late = breaker.acquire()
      time.advance(lease)
      breaker.acquire()

      late.close()

      breaker.tryAcquire().shouldBeNull()
      breaker.snapshot().staleResults() shouldBe 0
    }

    test("a probe that overruns its lease still counts while nobody wants its place") {
      val time = ManualTime()
      val breaker = testBreaker(time)
      breaker.tripAndWait(time)
      val slow = breaker.acquire()
      time.advance(lease.multipliedBy(2))

      slow.success()

      breaker.state() shouldBe CLOSED
    }

    test("probes that never report keep no breaker in HALF_OPEN for ever") {
      val time = ManualTime()
      val breaker = testBreaker(time) { permittedCallsInHalfOpenState(2) }
      breaker.tripAndWait(time)

      repeat(100) {
        breaker.tryAcquire().shouldNotBeNull()
        breaker.tryAcquire().shouldNotBeNull()
        breaker.tryAcquire().shouldBeNull()
        time.advance(lease)
      }
      breaker.acquire().success()

      breaker.state() shouldBe CLOSED
    }

    test("the lease is as long as the wait in OPEN if that is longer than two minutes") {
      val wait = Duration.ofMinutes(5)

      testBreaker { waitDurationInOpenState(wait) }.config().probeLease() shouldBe wait
      testBreaker { probeLease(Duration.ofSeconds(7)) }.config().probeLease() shouldBe
        Duration.ofSeconds(7)
    }

    test("a lease without end is not taken for one that is over by a clock read a moment before") {
      val readings = ArrayDeque(listOf(0L, 0L, 20L))
      val breaker =
        testBreaker(SteppingTime { readings.removeFirstOrNull() ?: 15L }) {
          failureThreshold(1)
          waitDurationInOpenState(Duration.ofNanos(10))
          probeLease(Duration.ofSeconds(Long.MAX_VALUE))
        }
      breaker.trip()
      breaker.tryAcquire().shouldNotBeNull()

      breaker.tryAcquire().shouldBeNull()
    }
  })
