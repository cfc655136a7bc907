package dev.holdfast.breaker

import dev.holdfast.breaker.CircuitBreaker.State.CLOSED
import dev.holdfast.breaker.CircuitBreaker.State.HALF_OPEN
import dev.holdfast.breaker.CircuitBreaker.State.OPEN
import dev.holdfast.testing.fail
import dev.holdfast.testing.testBreaker
import dev.holdfast.testing.trip
import dev.holdfast.testing.tripAndWait
import dev.holdfast.testkit.ManualTime
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import java.io.IOException
import java.time.Duration

class PermitTest :
  FunSpec({
    val settlements: Map<String, Permit.() -> Unit> =
      mapOf(
        "success" to { success() },
        "failure" to { failure() },
        "failure with an exception" to { failure(IOException()) },
        "failure with an exception and a hint" to { failure(IOException(), Duration.ofSeconds(1)) },
        "close" to { close() },
      )

    settlements.forEach { (first, settle) ->
      settlements.forEach { (second, settleAgain) ->
        test("$second after $first does nothing, in CLOSED and as a probe") {
          val time = ManualTime()
          val breaker =
            testBreaker(time) {
              permittedCallsInHalfOpenState(2)
              successThreshold(5)
            }
          breaker.fail(1)
          val closedEra = breaker.acquire().apply { settle() }
          val afterFirst = breaker.snapshot()
          closedEra.settleAgain()
          breaker.snapshot() shouldBe afterFirst
          closedEra.isSettled shouldBe true

          breaker.reset()
          breaker.tripAndWait(time)
          val probe = breaker.acquire().apply { settle() }
          val afterProbe = breaker.snapshot()
          probe.settleAgain()

          breaker.snapshot() shouldBe afterProbe
        }
      }
    }

    test("a report says whether it settled the permit") {
      val permit = testBreaker().acquire()

      permit.isSettled shouldBe false
      permit.success() shouldBe true
      permit.success() shouldBe false
      permit.failure() shouldBe false
      permit.failure(IOException()) shouldBe false
      permit.failure(IOException(), null) shouldBe false
      testBreaker().acquire().failure(IOException(), Duration.ofSeconds(1)) shouldBe true
    }

    val late: Map<String, Permit.() -> Unit> =
      mapOf("success" to { success() }, "failure" to { failure() })
    late.forEach { (name, report) ->
      test("a $name of a call admitted before the outage decides nothing in HALF_OPEN") {
        val time = ManualTime()
        val breaker = testBreaker(time)
        val slow = List(2) { breaker.acquire() }
        breaker.tripAndWait(time)
        breaker.state() shouldBe HALF_OPEN

        slow.forEach(report)

        breaker.state() shouldBe HALF_OPEN
        breaker.snapshot().staleResults() shouldBe 2
        breaker.tryAcquire().shouldNotBeNull()
        breaker.tryAcquire().shouldBeNull()
      }

      test("a $name of a call admitted before the outage is not known in the next CLOSED") {
        val time = ManualTime()
        val breaker = testBreaker(time)
        val slow = List(5) { breaker.acquire() }
        breaker.tripAndWait(time)
        breaker.acquire().success()
        breaker.fail(1)

        slow.forEach(report)

        breaker.state() shouldBe CLOSED
        breaker.failures() shouldBe 1
        breaker.snapshot().staleResults() shouldBe 5
      }

      test("a $name of a probe decides nothing when another one has opened the breaker again") {
        val time = ManualTime()
        val breaker = testBreaker(time) { permittedCallsInHalfOpenState(2) }
        breaker.tripAndWait(time)
        val slow = breaker.acquire()
        breaker.acquire().failure()
        time.advance(Duration.ofSeconds(3))

        slow.report()

        breaker.state() shouldBe OPEN
        breaker.retryAfter() shouldBe Duration.ofSeconds(7)
        breaker.snapshot().staleResults() shouldBe 1
      }

      test("a $name of a call admitted before a reset of the outage is dropped") {
        val breaker = testBreaker()
        val slow = breaker.acquire()
        breaker.trip()
        breaker.reset()

        slow.report()

        breaker.failures() shouldBe 0
        breaker.snapshot().staleResults() shouldBe 1
      }
    }

    test("failures that arrive after the breaker opened neither open it again nor prolong it") {
      val time = ManualTime()
      val breaker = testBreaker(time)
      val slow = breaker.acquire()
      breaker.trip()
      time.advance(Duration.ofSeconds(4))

      slow.failure()

      breaker.retryAfter() shouldBe Duration.ofSeconds(6)
      breaker.snapshot().generation() shouldBe 1
    }

    test("a permit that goes unsettled through a block is given back") {
      val time = ManualTime()
      val breaker = testBreaker(time)
      breaker.tripAndWait(time)

      breaker.acquire().use {}

      breaker.tryAcquire().shouldNotBeNull()
    }
  })
