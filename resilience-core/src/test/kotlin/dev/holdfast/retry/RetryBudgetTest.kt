package dev.holdfast.retry

import dev.holdfast.testkit.ManualTime
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import java.time.Duration
import java.util.concurrent.CyclicBarrier
import java.util.concurrent.Executors
import java.util.concurrent.TimeUnit.SECONDS
import java.util.concurrent.atomic.AtomicInteger

class RetryBudgetTest :
  FunSpec({
    fun budget(
      fraction: Double = 0.2,
      recent: Int = 100,
      perSecond: Int = 0,
      time: ManualTime = ManualTime(),
    ): RetryBudget {
      val config = RetryBudgetConfig.builder().fraction(fraction).recentCalls(recent)
      return RetryBudget.of(config.minPerSecond(perSecond).build(), time)
    }

    fun RetryBudget.takeAll() = generateSequence { tryAcquire() }.takeWhile { it }.count()

    test("five calls earn one retry") {
      val budget = budget()

      repeat(4) { budget.recordCall() }
      budget.tryAcquire() shouldBe false
      budget.recordCall()

      budget.available() shouldBe 1
      budget.tryAcquire() shouldBe true
      budget.tryAcquire() shouldBe false
      budget.refused() shouldBe 2
    }

    test("so many free retries that nobody can count them are there to be taken") {
      val budget = budget(perSecond = Int.MAX_VALUE)

      budget.tryAcquire() shouldBe true

      (budget.available() > 900_000_000) shouldBe true
    }

    test("a new budget has only its free retries") {
      budget().takeAll() shouldBe 0
      RetryBudget.of(RetryBudgetConfig.defaults(), ManualTime()).takeAll() shouldBe 3
    }

    test("no more is kept than the recent calls have earned") {
      val budget = budget()

      repeat(100_000) { budget.recordCall() }

      budget.takeAll() shouldBe 20
    }

    test("a fraction so small that the recent calls earn none still saves one retry") {
      val budget = budget(fraction = 0.001, recent = 10)

      repeat(999) { budget.recordCall() }
      budget.takeAll() shouldBe 0
      budget.recordCall()

      budget.takeAll() shouldBe 1
    }

    test("no fraction and nothing free is no retry at all") {
      val budget = budget(fraction = 0.0)

      repeat(1000) { budget.recordCall() }

      budget.takeAll() shouldBe 0
    }

    test("the free retries come back one by one over a second, and are not saved") {
      val time = ManualTime()
      val budget = budget(perSecond = 4, time = time)
      budget.available() shouldBe 4
      budget.takeAll() shouldBe 4

      time.advance(Duration.ofNanos(249_999_999))
      budget.takeAll() shouldBe 0
      time.advance(Duration.ofNanos(1))
      budget.takeAll() shouldBe 1
      time.advance(Duration.ofMillis(500))
      budget.available() shouldBe 2
      budget.takeAll() shouldBe 2

      time.advance(Duration.ofDays(400))
      budget.takeAll() shouldBe 4
    }

    test("the free retries survive the overflow of the clock") {
      val time = ManualTime()
      val budget = budget(perSecond = 3, time = time)

      repeat(100) {
        budget.takeAll() shouldBe 3
        time.advance(Duration.ofSeconds(1))
      }
    }

    test("over a minute of failing calls the retries are the free ones and the fraction") {
      val time = ManualTime()
      val budget = budget(perSecond = 3, time = time)
      var retries = 0

      repeat(6000) {
        time.advance(Duration.ofMillis(10))
        budget.recordCall()
        if (budget.tryAcquire()) retries++
      }

      retries shouldBe 1200 + 3 + 179
    }

    test("under a race exactly what there is is taken, and every call counts") {
      val budget = budget(fraction = 0.5, recent = 1_000_000, perSecond = 7)
      val taken = AtomicInteger()
      val threads = 8
      val barrier = CyclicBarrier(threads)
      val pool = Executors.newFixedThreadPool(threads)

      val runs =
        List(threads) {
          pool.submit {
            barrier.await(20, SECONDS)
            repeat(10_000) {
              budget.recordCall()
              if (budget.tryAcquire()) taken.incrementAndGet()
            }
          }
        }
      runs.forEach { it.get(20, SECONDS) }
      pool.shutdown()

      taken.get() + budget.takeAll() shouldBe threads * 5000 + 7
    }

    test("the defaults, and a copy has all the settings") {
      val defaults = RetryBudgetConfig.defaults()
      defaults.fraction() shouldBe 0.2
      defaults.recentCalls() shouldBe 100
      defaults.minPerSecond() shouldBe 3

      val copy =
        RetryBudgetConfig.builder()
          .fraction(0.1)
          .recentCalls(7)
          .minPerSecond(9)
          .build()
          .toBuilder()
          .build()

      copy.fraction() shouldBe 0.1
      copy.recentCalls() shouldBe 7
      copy.minPerSecond() shouldBe 9
    }
  })
