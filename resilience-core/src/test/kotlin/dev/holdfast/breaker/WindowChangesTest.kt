package dev.holdfast.breaker

import dev.holdfast.breaker.CircuitBreaker.State.CLOSED
import dev.holdfast.breaker.CircuitBreaker.State.METRICS_ONLY
import dev.holdfast.breaker.CircuitBreaker.State.OPEN
import dev.holdfast.testkit.ManualTime
import io.kotest.core.spec.style.FunSpec
import io.kotest.datatest.withData
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import java.time.Duration
import java.util.concurrent.CompletableFuture.supplyAsync
import java.util.concurrent.TimeUnit.SECONDS

private val aSecond = Duration.ofSeconds(1)

/** Rules whose window holds ten calls or seconds, and opens when half of four calls fail. */
private enum class Window(val configure: CircuitBreakerConfigBuilder.() -> Unit) {
  CALLS({ failureRateThreshold(0.5).slidingWindow(10) }),
  TIME({ failureRateThreshold(0.5).slidingWindow(Duration.ofSeconds(10)) }),
  CALLS_AND_ROW({ failureThreshold(9).slidingWindow(10) }),
  TIME_AND_ROW({ failureThreshold(9).slidingWindow(Duration.ofSeconds(10)) });

  fun config(more: CircuitBreakerConfigBuilder.() -> Unit = {}): CircuitBreakerConfig =
    CircuitBreakerConfig.builder()
      .apply(configure)
      .minimumCalls(4)
      .slowCallRateThreshold(0.5, aSecond)
      .apply(more)
      .build()
}

/** Reports calls: `.` is a success, `s` a slow one, `x` a failure, `X` a slow one. */
private fun CircuitBreaker.report(time: ManualTime, outcomes: String) {
  for (outcome in outcomes) {
    val permit = acquire()
    if (outcome in "sX") time.advance(aSecond)
    if (outcome in ".s") permit.success() else permit.failure()
  }
}

/** Good calls, a microsecond apart. */
private fun CircuitBreaker.reportThick(time: ManualTime, calls: Int) {
  repeat(calls) {
    time.advance(Duration.ofNanos(1000))
    report(time, ".")
  }
}

class WindowChangesTest :
  FunSpec({
    context("failures and slow calls are counted and rated each for itself") {
      withData(Window.entries) { window ->
        val time = ManualTime()
        val breaker = CircuitBreaker.of("sonnet", window.config { minimumCalls(8) }, time)

        breaker.report(time, ".xXs")

        val snapshot = breaker.snapshot()
        snapshot.calls shouldBe 4
        snapshot.slowCallRate shouldBe 0.5
        snapshot.failureRate shouldBe 0.5
      }
    }

    context("half of the calls slow open the breaker, with the last of them slow or not") {
      withData(Window.entries) { window ->
        for (outcomes in listOf("..ss", "ss..", "XX..", "..XX")) {
          val time = ManualTime()
          val breaker = CircuitBreaker.of("sonnet", window.config(), time)

          breaker.report(time, outcomes.dropLast(1))
          breaker.state() shouldBe CLOSED
          breaker.report(time, outcomes.takeLast(1))

          breaker.state() shouldBe OPEN
        }
      }
    }

    context("a reset of a closed breaker forgets its window") {
      withData(Window.entries) { window ->
        val time = ManualTime()
        val breaker = CircuitBreaker.of("sonnet", window.config { minimumCalls(8) }, time)
        breaker.report(time, "XX...Xx")

        breaker.reset()

        breaker.snapshot().calls shouldBe 0
        breaker.snapshot().slowCallRate shouldBe 0.0
        breaker.failures() shouldBe 0
        breaker.report(time, ".......")
        breaker.report(time, "x")
        breaker.state() shouldBe CLOSED
        breaker.snapshot().calls shouldBe 8
        breaker.snapshot().slowCallRate shouldBe 0.0
      }
    }

    context("settings with the same window keep what is in it") {
      withData(Window.entries) { window ->
        val time = ManualTime()
        val breaker = CircuitBreaker.of("sonnet", window.config { minimumCalls(8) }, time)
        breaker.report(time, "x..x")

        breaker.configure(window.config { minimumCalls(5) })

        breaker.snapshot().calls shouldBe 4
        breaker.snapshot().failureRate shouldBe 0.5
      }
    }

    context(
      "settings with another window begin with an empty one, but keep the failures in a row"
    ) {
      data class Change(val from: Window, val to: CircuitBreakerConfig, val inARow: Int = 0)
      withData<Change>(
        { "${it.from} to ${it.to.slidingWindow()}, ${it.to.failureThreshold()} in a row" },
        Change(Window.CALLS, Window.CALLS.config { slidingWindow(11) }),
        Change(Window.CALLS, Window.TIME.config()),
        Change(Window.TIME, Window.TIME.config { slidingWindow(Duration.ofSeconds(11)) }),
        Change(Window.TIME, Window.CALLS.config()),
        Change(Window.CALLS_AND_ROW, Window.TIME_AND_ROW.config(), inARow = 1),
        Change(Window.CALLS_AND_ROW, CircuitBreakerConfig.defaults(), inARow = 1),
      ) { change ->
        val time = ManualTime()
        val breaker = CircuitBreaker.of("sonnet", change.from.config { minimumCalls(8) }, time)
        breaker.report(time, "x..x")

        breaker.configure(change.to)

        breaker.snapshot().calls shouldBe 0
        breaker.failures() shouldBe change.inARow
      }
    }

    context("a dry run tells again after the rate has fallen") {
      withData(Window.entries) { window ->
        val time = ManualTime()
        val breaker = CircuitBreaker.of("sonnet", window.config(), time)
        val told = mutableListOf<Double>()
        breaker.onThresholdExceeded { told += it.slowCallRate() }
        breaker.metricsOnly()

        breaker.report(time, "..ssss.s")
        breaker.report(time, "...")
        breaker.report(time, ".......")
        breaker.report(time, "s".repeat(12))

        breaker.state() shouldBe METRICS_ONLY
        told.size shouldBe 2
        told.first() shouldBe 0.5
      }
    }

    test("a dry run that is reset tells anew") {
      val time = ManualTime()
      val breaker = CircuitBreaker.of("sonnet", Window.CALLS.config(), time)
      val told = mutableListOf<Int>()
      breaker.onThresholdExceeded { told += it.failures() }
      breaker.metricsOnly()
      breaker.report(time, "xxxx")

      breaker.reset()
      breaker.report(time, "xxxx")

      told shouldContainExactly listOf(4, 4)
      breaker.state() shouldBe OPEN
    }

    test("a look at the state after a pause moves a time window without a call") {
      val time = ManualTime()
      val breaker = CircuitBreaker.of("sonnet", Window.TIME.config { minimumCalls(20) }, time)
      breaker.report(time, ".".repeat(9))

      time.advance(Duration.ofMillis(9_999))
      breaker.snapshot().calls shouldBe 9
      time.advance(Duration.ofMillis(1))

      breaker.snapshot().calls shouldBe 0
    }

    context("a rate of one opens when all calls of a full window failed, and not before") {
      val windows =
        listOf<SlidingWindow>(
          SlidingWindow.OfCalls(4),
          SlidingWindow.OfTime(Duration.ofSeconds(10)),
        )
      withData(windows) { window ->
        val rate = CircuitBreakerConfig.builder().failureRateThreshold(1.0).minimumCalls(4)
        val config =
          when (window) {
            is SlidingWindow.OfCalls -> rate.slidingWindow(window.calls())
            is SlidingWindow.OfTime -> rate.slidingWindow(window.duration())
          }.build()
        val time = ManualTime()
        val breaker = CircuitBreaker.of("sonnet", config, time)

        breaker.report(time, "xxx")
        breaker.state() shouldBe CLOSED
        breaker.report(time, "x")

        breaker.state() shouldBe OPEN
      }
    }

    test("where failures in a row open the breaker, those in a row are told") {
      val time = ManualTime()
      val breaker = CircuitBreaker.of("sonnet", Window.CALLS_AND_ROW.config(), time)

      breaker.report(time, "x.xx")

      breaker.failures() shouldBe 2
    }

    context("another thread may look after each report and after a reset") {
      withData(Window.entries) { window ->
        val time = ManualTime()
        val breaker = CircuitBreaker.of("sonnet", window.config { minimumCalls(8) }, time)
        fun calls() = supplyAsync { breaker.snapshot().calls }.get(20, SECONDS)

        breaker.report(time, ".")
        calls() shouldBe 1
        breaker.report(time, "X")
        calls() shouldBe 2
        breaker.reset()
        calls() shouldBe 0
      }
    }

    test("good calls that come thick are all counted at the next look") {
      val time = ManualTime()
      val breaker = CircuitBreaker.of("sonnet", Window.TIME.config { minimumCalls(5000) }, time)

      breaker.reportThick(time, 1000)

      breaker.snapshot().calls shouldBe 1000
    }

    test("good calls from before a pause are not taken for later ones") {
      val time = ManualTime()
      val breaker = CircuitBreaker.of("sonnet", Window.TIME.config { minimumCalls(5000) }, time)
      breaker.reportThick(time, 40)

      time.advance(Duration.ofSeconds(5))
      breaker.snapshot().calls shouldBe 40
      time.advance(Duration.ofSeconds(5))

      breaker.snapshot().calls shouldBe 0
    }

    test("a good call after a look belongs to its own time, and those before it to theirs") {
      val time = ManualTime()
      val breaker = CircuitBreaker.of("sonnet", Window.TIME.config { minimumCalls(5000) }, time)
      breaker.reportThick(time, 16)

      time.advance(Duration.ofSeconds(5))
      breaker.snapshot().calls shouldBe 16
      breaker.report(time, ".")
      breaker.snapshot().calls shouldBe 17
      time.advance(Duration.ofSeconds(5))

      breaker.snapshot().calls shouldBe 1
    }
  })
