package dev.holdfast.breaker

import dev.holdfast.breaker.CircuitBreaker.State
import dev.holdfast.breaker.CircuitBreaker.State.CLOSED
import dev.holdfast.breaker.CircuitBreaker.State.HALF_OPEN
import dev.holdfast.breaker.CircuitBreaker.State.OPEN
import dev.holdfast.testing.fail
import dev.holdfast.testing.recordTransitions
import dev.holdfast.testing.testBreaker
import dev.holdfast.testing.trip
import dev.holdfast.testing.tripAndWait
import dev.holdfast.testkit.ManualTime
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import java.time.Duration
import java.util.concurrent.TimeoutException

class StateMachineTest :
  FunSpec({
    val time = ManualTime()

    data class After(val state: State, val generation: Long, val failures: Int, val wait: Long)

    fun CircuitBreaker.after() =
      snapshot().let {
        After(it.state(), it.generation(), it.failures(), it.retryAfter().toSeconds())
      }

    data class Row(
      val start: String,
      val outcome: String,
      val after: After,
      val arrange: CircuitBreaker.() -> Unit,
    )

    val outcomes: Map<String, Permit.() -> Unit> =
      mapOf(
        "a success" to { success() },
        "a failure" to { failure() },
        "an exception that counts" to { failure(TimeoutException()) },
        "an exception that does not count" to { failure(IllegalArgumentException()) },
        "no opinion" to { close() },
      )
    val fresh: CircuitBreaker.() -> Unit = {}
    val onEdge: CircuitBreaker.() -> Unit = { fail(2) }
    val probing: CircuitBreaker.() -> Unit = { tripAndWait(time) }

    listOf(
        Row("CLOSED", "a success", After(CLOSED, 0, 0, 0), fresh),
        Row("CLOSED", "a failure", After(CLOSED, 0, 1, 0), fresh),
        Row("CLOSED", "an exception that counts", After(CLOSED, 0, 1, 0), fresh),
        Row("CLOSED", "an exception that does not count", After(CLOSED, 0, 0, 0), fresh),
        Row("CLOSED", "no opinion", After(CLOSED, 0, 0, 0), fresh),
        Row("CLOSED before the last failure", "a success", After(CLOSED, 0, 0, 0), onEdge),
        Row("CLOSED before the last failure", "a failure", After(OPEN, 1, 3, 10), onEdge),
        Row(
          "CLOSED before the last failure",
          "an exception that counts",
          After(OPEN, 1, 3, 10),
          onEdge,
        ),
        Row(
          "CLOSED before the last failure",
          "an exception that does not count",
          After(CLOSED, 0, 2, 0),
          onEdge,
        ),
        Row("CLOSED before the last failure", "no opinion", After(CLOSED, 0, 2, 0), onEdge),
        Row("HALF_OPEN", "a success", After(CLOSED, 3, 0, 0), probing),
        Row("HALF_OPEN", "a failure", After(OPEN, 3, 4, 10), probing),
        Row("HALF_OPEN", "an exception that counts", After(OPEN, 3, 4, 10), probing),
        Row("HALF_OPEN", "an exception that does not count", After(HALF_OPEN, 2, 3, 0), probing),
        Row("HALF_OPEN", "no opinion", After(HALF_OPEN, 2, 3, 0), probing),
      )
      .forEach { row ->
        test("${row.start} and ${row.outcome}: ${row.after}") {
          val breaker = testBreaker(time) { countsAsFailure { it !is IllegalArgumentException } }
          row.arrange(breaker)

          outcomes.getValue(row.outcome)(breaker.acquire())

          breaker.after() shouldBe row.after
        }
      }

    test("a success between failures starts the count again") {
      val breaker = testBreaker()

      breaker.fail(2)
      breaker.acquire().success()
      breaker.fail(2)

      breaker.state() shouldBe CLOSED
      breaker.failures() shouldBe 2
    }

    test("a threshold of one opens at the first failure") {
      val breaker = testBreaker { failureThreshold(1) }

      breaker.fail(1)

      breaker.isOpen shouldBe true
    }

    test("OPEN refuses until the very moment its wait is over, across the overflow of the clock") {
      val nearTheEnd = ManualTime().apply { advance(Duration.ofSeconds(25)) }
      val breaker = testBreaker(nearTheEnd)
      breaker.trip()
      val before = nearTheEnd.nanoTime()

      nearTheEnd.advance(Duration.ofSeconds(10).minusNanos(1))
      breaker.tryAcquire().shouldBeNull()
      breaker.retryAfter() shouldBe Duration.ofNanos(1)
      nearTheEnd.advance(Duration.ofNanos(1))

      (nearTheEnd.nanoTime() < before) shouldBe true
      breaker.tryAcquire().shouldNotBeNull()
    }

    val looks: Map<String, CircuitBreaker.() -> Unit> =
      mapOf(
        "state()" to { state() },
        "isOpen()" to { isOpen },
        "retryAfter()" to { retryAfter() },
        "snapshot()" to { snapshot() },
        "tryAcquire()" to { tryAcquire() },
      )
    looks.forEach { (name, look) ->
      test("$name turns OPEN into HALF_OPEN when the wait is over") {
        val breaker = testBreaker(time)
        val transitions = breaker.recordTransitions()
        breaker.tripAndWait(time)

        look(breaker)

        transitions.map { it.to() } shouldContainExactly listOf(OPEN, HALF_OPEN)
      }
    }

    test("the state may be told without a look") {
      val breaker = testBreaker(time)
      breaker.tripAndWait(time)

      breaker.failures() shouldBe 3
      breaker.toString() shouldBe "CircuitBreaker[sonnet, OPEN]"
    }

    test("a wait of centuries never ends by an overflow") {
      val breaker =
        testBreaker(time) { waitDurationInOpenState(Duration.ofSeconds(Long.MAX_VALUE)) }
      breaker.trip()

      time.advance(Duration.ofDays(365))

      breaker.state() shouldBe OPEN
      breaker.retryAfter() shouldBe Duration.ofNanos(Long.MAX_VALUE).minusDays(365)
    }

    test("reset closes an open breaker, and forgets the failures of a closed one") {
      val breaker = testBreaker()
      val transitions = breaker.recordTransitions()
      breaker.fail(2)

      breaker.reset()
      breaker.after() shouldBe After(CLOSED, 0, 0, 0)
      breaker.trip()
      breaker.reset()

      breaker.after() shouldBe After(CLOSED, 2, 0, 0)
      transitions.map { it.to() } shouldContainExactly listOf(OPEN, CLOSED)
    }

    test("a transition says from where, to where, which one, after how many failures, how long") {
      val breaker = testBreaker(time)
      val transitions = breaker.recordTransitions()

      breaker.tripAndWait(time)
      breaker.acquire().failure()
      time.advance(Duration.ofSeconds(10))
      breaker.acquire().success()

      val wait = Duration.ofSeconds(10)
      transitions shouldContainExactly
        listOf(
          StateTransition("sonnet", CLOSED, OPEN, 1, 3, wait),
          StateTransition("sonnet", OPEN, HALF_OPEN, 2, 3, Duration.ZERO),
          StateTransition("sonnet", HALF_OPEN, OPEN, 3, 4, wait),
          StateTransition("sonnet", OPEN, HALF_OPEN, 4, 4, Duration.ZERO),
          StateTransition("sonnet", HALF_OPEN, CLOSED, 5, 4, Duration.ZERO),
        )
    }
  })
