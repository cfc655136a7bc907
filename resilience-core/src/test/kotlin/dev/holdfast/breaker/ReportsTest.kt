package dev.holdfast.breaker

import dev.holdfast.breaker.CircuitBreaker.State.CLOSED
import dev.holdfast.testing.fail
import dev.holdfast.testing.testBreaker
import dev.holdfast.testing.testConfig
import dev.holdfast.testing.trip
import dev.holdfast.testing.tripAndWait
import dev.holdfast.testkit.ManualTime
import io.kotest.core.spec.style.FunSpec
import io.kotest.datatest.withData
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.shouldBe
import java.time.Duration

/** What those who report, listen or ask for a breaker are told. */
class ReportsTest :
  FunSpec({
    context("the first report says that it settled the permit, and the next that it did not") {
      withData<Pair<String, (Permit) -> Boolean>>(
        { it.first },
        "success" to { it.success() },
        "failure" to { it.failure() },
        "failure with a wait" to { it.failure(Duration.ofSeconds(1)) },
        "failure with what was thrown" to { it.failure(IllegalStateException()) },
      ) { (_, report) ->
        val permit = testBreaker().acquire()

        report(permit) shouldBe true
        report(permit) shouldBe false
        permit.isSettled shouldBe true
      }
    }

    context("a call that is timed fails like any other, and hangs no more") {
      withData<Triple<String, (Permit) -> Boolean, Duration>>(
        { it.first },
        Triple("plainly", { it.failure() }, Duration.ofSeconds(10)),
        Triple("with a wait", { it.failure(Duration.ofSeconds(30)) }, Duration.ofSeconds(30)),
        Triple("thrown", { it.failure(IllegalStateException()) }, Duration.ofSeconds(10)),
        Triple("thrown, no fault", { it.failure(ArithmeticException()) }, Duration.ZERO),
      ) { (_, report, wait) ->
        val time = ManualTime()
        val breaker =
          testBreaker(time) {
            failureThreshold(2)
            hangingCallsThreshold(1, Duration.ofSeconds(5))
            countsAsFailure { it !is ArithmeticException }
          }

        report(breaker.acquire())
        time.advance(Duration.ofMinutes(1))
        report(breaker.acquire())

        breaker.retryAfter() shouldBe wait
        breaker.failures() shouldBe if (wait.isZero) 0 else 2
      }
    }

    test("who has ended its subscription hears of no threshold and of no probe") {
      val time = ManualTime()
      val breaker = testBreaker(time)
      val heard = mutableListOf<Any>()
      breaker.onThresholdExceeded(heard::add).close()
      breaker.onProbeSettled(heard::add).close()

      breaker.tripAndWait(time)
      breaker.acquire().success()

      heard.shouldBeEmpty()
    }

    test("a breaker of a name and settings works on the system's clock") {
      val breaker = CircuitBreaker.of("sonnet", testConfig())

      breaker.name() shouldBe "sonnet"
      breaker.state() shouldBe CLOSED
      breaker.trip()
      (breaker.retryAfter() > Duration.ZERO) shouldBe true
    }

    test("a registry goes back to its bound and no further") {
      val breakers = CircuitBreakers.builder().defaultConfig(testConfig()).maxBreakers(2).build()
      val names = listOf("a", "b")
      names.forEach { breakers.breaker(it) }
      breakers.breaker("c")

      breakers.breaker("d")

      breakers.all().size shouldBe 2
      breakers.all().count { it.name() == "d" } shouldBe 1
      breakers.breaker("d").fail(1)
      breakers.breaker("d").failures() shouldBe 1
    }
  })
