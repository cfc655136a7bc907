package dev.holdfast.breaker

import dev.holdfast.breaker.CircuitBreaker.State.CLOSED
import dev.holdfast.breaker.CircuitBreaker.State.OPEN
import dev.holdfast.testing.SteppingTime
import dev.holdfast.testkit.ManualTime
import io.kotest.core.spec.style.FunSpec
import io.kotest.datatest.withData
import io.kotest.matchers.shouldBe
import java.time.Duration
import java.util.Random

private fun rateBreaker(
  time: ManualTime = ManualTime(),
  configure: CircuitBreakerConfigBuilder.() -> Unit,
): CircuitBreaker =
  CircuitBreaker.of("sonnet", CircuitBreakerConfig.builder().apply(configure).build(), time)

/** Reports calls: `.` is a success, `x` a failure. */
private fun CircuitBreaker.report(outcomes: String) {
  for (outcome in outcomes) {
    val permit = acquire()
    if (outcome == '.') permit.success() else permit.failure()
  }
}

/**
 * What a row of calls does to a window of ten of which half must fail, with at least four calls.
 */
private data class Row(val outcomes: String, val state: CircuitBreaker.State, val failures: Int)

class SlidingWindowTest :
  FunSpec({
    test("what a snapshot says is of one moment, however fast the clock runs") {
      var readings = -100
      val config = CircuitBreakerConfig.builder().failureRateThreshold(0.5).minimumCalls(1)
      val breaker =
        CircuitBreaker.of(
          "sonnet",
          config.slidingWindow(Duration.ofSeconds(10)).build(),
          // At the third reading everything is over.
          SteppingTime { if (++readings > 2) Duration.ofSeconds(10).toNanos() else 0L },
        )
      val told = mutableListOf<ThresholdExceeded>()
      breaker.onThresholdExceeded { told += it }
      breaker.metricsOnly()
      val permit = breaker.acquire()

      permit.failure()
      readings = 0
      val snapshot = breaker.snapshot()

      (snapshot.failures to snapshot.failureRate) shouldBe (1 to 1.0)
      told.map { it.failures() to it.failureRate() } shouldBe listOf(1 to 1.0)
    }

    context("half of the last ten calls must fail, of four calls at least") {
      withData<Row>(
        { it.outcomes },
        Row("xxx", CLOSED, 3),
        Row("xxxx", OPEN, 4),
        Row("...x", CLOSED, 1),
        Row("xx.", CLOSED, 2),
        Row("xx..", OPEN, 2),
        Row("x.x.", OPEN, 2),
        Row("x...x.x", CLOSED, 3),
        Row("..........xxxx", CLOSED, 4),
        Row("..........xxxxx", OPEN, 5),
        Row("..x.x...............xxx", CLOSED, 3),
        Row("....................x....x....x....x", CLOSED, 2),
      ) { row ->
        val breaker = rateBreaker {
          failureRateThreshold(0.5)
          slidingWindow(10)
          minimumCalls(4)
        }

        breaker.report(row.outcomes)

        breaker.state() shouldBe row.state
        breaker.failures() shouldBe row.failures
      }
    }

    test("the count window agrees with an exact one over any row of outcomes") {
      val random = Random(7)
      for (size in listOf(1, 2, 3, 10, 64, 100)) {
        val breaker = rateBreaker {
          failureRateThreshold(1.0)
          slidingWindow(size)
          minimumCalls(size)
        }
        val exact = ArrayDeque<Boolean>()
        repeat(5_000) {
          val fails = random.nextInt(if (it / 500 % 2 == 0) 20 else 3) == 0
          breaker.report(if (fails) "x" else ".")
          if (breaker.isOpen) {
            (exact.takeLast(size - 1) + fails).all { failed -> failed } shouldBe true
            breaker.reset()
            exact.clear()
          } else {
            exact += fails
            if (exact.size > size) exact.removeFirst()
            breaker.failures() shouldBe exact.count { failed -> failed }
          }
        }
      }
    }

    test("a rate of a tenth of thirty is three, whatever floating point says") {
      val breaker = rateBreaker {
        failureRateThreshold(0.1)
        slidingWindow(30)
        minimumCalls(30)
      }

      breaker.report(".".repeat(27) + "xx")
      breaker.state() shouldBe CLOSED
      breaker.report("x")

      breaker.state() shouldBe OPEN
    }

    test("the snapshot tells calls, failures and rates of the window") {
      val breaker = rateBreaker {
        failureRateThreshold(0.5)
        slidingWindow(10)
      }

      breaker.report("...x")

      val snapshot = breaker.snapshot()
      snapshot.calls shouldBe 4
      snapshot.failures shouldBe 1
      snapshot.failureRate shouldBe 0.25
      snapshot.slowCallRate shouldBe 0.0
    }

    test("the time window forgets, on a look as well as on a call") {
      val time = ManualTime()
      val breaker =
        rateBreaker(time) {
          failureRateThreshold(0.5)
          slidingWindow(Duration.ofSeconds(10))
          minimumCalls(10)
        }
      breaker.report("xxxx....")
      time.advance(Duration.ofSeconds(5))
      breaker.report("x")
      breaker.failures() shouldBe 5

      time.advance(Duration.ofSeconds(5))
      breaker.failures() shouldBe 1
      breaker.snapshot().calls shouldBe 1

      time.advance(Duration.ofSeconds(5))
      breaker.failures() shouldBe 0
      breaker.snapshot().calls shouldBe 0
    }

    test("the time window opens by the rate of its calls, from the least number of calls on") {
      val time = ManualTime()
      val breaker =
        rateBreaker(time) {
          failureRateThreshold(0.5)
          slidingWindow(Duration.ofSeconds(10))
          minimumCalls(4)
        }

      breaker.report("x.x")
      breaker.state() shouldBe CLOSED
      breaker.report(".")

      breaker.state() shouldBe OPEN
    }

    test("the time window survives pauses of any length and the overflow of the clock") {
      val time = ManualTime()
      val breaker =
        rateBreaker(time) {
          failureRateThreshold(0.5)
          slidingWindow(Duration.ofSeconds(10))
          minimumCalls(10)
        }
      for (pause in listOf(1L, 29, 31, 3_600, 7_000_000)) {
        breaker.report("x.x.x.")
        time.advance(Duration.ofSeconds(pause))
        breaker.failures() shouldBe if (pause == 1L) 3 else 0
        time.advance(Duration.ofSeconds(30))
      }
      breaker.state() shouldBe CLOSED
    }

    test("the time window agrees with an exact one within a slice") {
      val random = Random(11)
      val time = ManualTime()
      val breaker =
        rateBreaker(time) {
          failureRateThreshold(1.0)
          slidingWindow(Duration.ofSeconds(10))
          minimumCalls(1_000_000)
        }
      val calls = ArrayDeque<Pair<Long, Boolean>>()
      repeat(3_000) {
        time.advance(Duration.ofMillis(random.nextLong(if (it % 300 == 0) 6_000 else 40)))
        val now = time.elapsed().toMillis()
        val fails = random.nextInt(4) == 0
        breaker.report(if (fails) "x" else ".")
        calls += now to fails
        while (calls.first().first / 1_000 <= now / 1_000 - 10) calls.removeFirst()

        val snapshot = breaker.snapshot()
        snapshot.failures shouldBe calls.count { (_, failed) -> failed }
        // Good calls that come thick may be placed up to a pause too early, never too late.
        (snapshot.calls <= calls.size) shouldBe true
        (snapshot.calls >= calls.size - 16) shouldBe true
      }
    }

    test("a consecutive rule and a rule for slow calls work side by side") {
      val time = ManualTime()
      fun breaker() =
        rateBreaker(time) {
          failureThreshold(3)
          slowCallRateThreshold(0.5, Duration.ofSeconds(5))
          slidingWindow(4)
          minimumCalls(4)
        }
      val failing = breaker()
      val slow = breaker()

      failing.report("xxx")
      repeat(4) {
        val permit = slow.acquire()
        time.advance(Duration.ofSeconds(if (it % 2 == 0) 5 else 1))
        permit.success()
      }

      failing.state() shouldBe OPEN
      slow.state() shouldBe OPEN
    }
  })
