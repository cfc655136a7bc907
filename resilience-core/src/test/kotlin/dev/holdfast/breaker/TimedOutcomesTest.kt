package dev.holdfast.breaker

import com.sun.management.ThreadMXBean
import dev.holdfast.outcome.ThrowingSupplier
import dev.holdfast.testing.Threads
import dev.holdfast.testkit.ManualTime
import dev.holdfast.time.Time
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.longs.shouldBeInRange
import io.kotest.matchers.shouldBe
import java.lang.management.ManagementFactory
import java.time.Duration
import java.util.concurrent.CompletableFuture
import java.util.concurrent.TimeUnit
import java.util.concurrent.atomic.AtomicBoolean

class TimedOutcomesTest :
  FunSpec({
    val threads = autoClose(Threads())
    val call = ThrowingSupplier<String, RuntimeException> { "answer" }
    val config =
      CircuitBreakerConfig.builder()
        .failureRateThreshold(0.5)
        .slidingWindow(Duration.ofSeconds(10))
        .minimumCalls(1_000_000_000)
        .build()

    fun breaker(time: Time) = CircuitBreaker.of("sonnet", config, time)

    /** Makes good calls, one each millisecond. */
    fun CircuitBreaker.callThick(calls: Int, time: ManualTime) =
      repeat(calls) {
        call(call)
        time.advance(Duration.ofMillis(1))
      }

    test("good calls that come thick are counted an eighth of a slice too early at most") {
      val time = ManualTime()
      val breaker = breaker(time)

      breaker.callThick(15_000, time)

      // The slice that has just begun is still empty, so nine seconds of calls are in the window.
      breaker.snapshot().calls() shouldBeInRange 8_875L..9_000L
    }

    test("a clock that waits for another thread's look at the breaker holds up neither") {
      val manual = ManualTime()
      val isWaiting = AtomicBoolean()
      lateinit var breaker: CircuitBreaker
      val time =
        object : Time by manual {
          override fun nanoTime(): Long {
            if (isWaiting.compareAndSet(true, false)) {
              CompletableFuture.supplyAsync { breaker.snapshot() }.get(10, TimeUnit.SECONDS)
            }
            return manual.nanoTime()
          }
        }
      breaker = breaker(time)
      val uses: List<() -> Unit> =
        listOf({ breaker.call(call) }, { breaker.snapshot() }, { breaker.acquire().failure() })

      uses.forEach {
        isWaiting.set(true)
        it()
        isWaiting.get() shouldBe false
      }
      breaker.snapshot().calls() shouldBe 2
    }

    test("good calls from before a pause are never counted after it") {
      val time = ManualTime()
      val breaker = breaker(time)

      breaker.callThick(900, time)
      time.advance(Duration.ofMillis(600))
      breaker.acquire().failure()
      breaker.snapshot().calls() shouldBe 901

      time.advance(Duration.ofMillis(8_700))
      breaker.snapshot().calls() shouldBe 1
    }

    test("a failure is judged together with the good calls that still wait to be entered") {
      val time = ManualTime()
      val settings = config.toBuilder().failureRateThreshold(0.0005).minimumCalls(1001).build()
      val breaker = CircuitBreaker.of("sonnet", settings, time)
      breaker.callThick(993, time)
      breaker.snapshot().calls() shouldBe 993
      breaker.callThick(7, time)

      breaker.acquire().failure()

      breaker.state() shouldBe CircuitBreaker.State.OPEN
    }

    test(
      "after a sudden drop of traffic good calls are entered too early at most, and 128 at most"
    ) {
      val time = ManualTime()
      val breaker = breaker(time)
      breaker.callThick(2000, time)
      breaker.snapshot()
      time.advance(Duration.ofSeconds(20))

      (1..400L).forEach { rare ->
        breaker.call(call)
        time.advance(Duration.ofMillis(20))
        if (rare % 50 == 0L) {
          breaker.snapshot().calls() shouldBeInRange (rare - 128).coerceAtLeast(0)..rare
        }
      }
    }

    test("a dry run tells once that it would open, however thick good calls come after that") {
      val time = ManualTime()
      val settings = config.toBuilder().failureRateThreshold(0.1).minimumCalls(10).build()
      val breaker = CircuitBreaker.of("sonnet", settings, time)
      var told = 0
      breaker.onThresholdExceeded { told++ }
      breaker.metricsOnly()

      repeat(10) { breaker.acquire().failure() }
      breaker.callThick(6, time)
      breaker.acquire().failure()

      told shouldBe 1
    }

    test("of good calls on many threads none is lost, and none allocates anything") {
      val beans = ManagementFactory.getThreadMXBean() as ThreadMXBean
      val breaker = breaker(Time.system())
      val calls = 100_000
      breaker.call(call)

      val allocated =
        threads.race {
          val before = beans.currentThreadAllocatedBytes
          repeat(calls) { breaker.call(call) }
          beans.currentThreadAllocatedBytes - before
        }

      allocated.filter { it >= calls } shouldHaveSize 0
      breaker.snapshot().calls() shouldBe 1L + threads.count * calls
    }
  })
