package dev.holdfast.retry

import dev.holdfast.testing.mostJitter
import dev.holdfast.testkit.ManualTime
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.throwable.shouldHaveMessage
import io.kotest.matchers.types.shouldBeSameInstanceAs
import java.time.Duration

class RetrySettingsTest :
  FunSpec({
    val second = Duration.ofSeconds(1)

    test("a factor of one does not grow") {
      val backoff = Backoff.exponential(second, Duration.ofSeconds(9), 1.0, Jitter.none())

      listOf(1, 2, 50).forEach { backoff.before(it, mostJitter) shouldBe second }
    }

    test("the first wait may be the longest one") {
      Backoff.exponential(second, second).before(5, mostJitter) shouldBe second
      Backoff.decorrelated(second, second).before(5, mostJitter) shouldBe second
    }

    test("a decorrelated wait is three times the one before at most, and the longest exactly") {
      fun nanos(max: Long, retry: Int): Long {
        val backoff = Backoff.decorrelated(Duration.ofNanos(3), Duration.ofNanos(max))
        return backoff.before(retry, mostJitter).toNanos()
      }

      nanos(max = 10, retry = 1) shouldBe 9
      nanos(max = 10, retry = 2) shouldBe 10
      nanos(max = 27, retry = 2) shouldBe 27
      nanos(max = 28, retry = 2) shouldBe 27
    }

    test("a jitter says between which parts of the wait it draws") {
      Jitter.none().toString() shouldBe "Jitter[1.0 to 1.0 of the wait]"
      Jitter.plusMinus(0.25).toString() shouldBe "Jitter[0.75 to 1.25 of the wait]"
    }

    test("a factor of jitter beyond its range is refused, and its edges are not") {
      Backoff.fixed(second, Jitter.plusMinus(1.0)).before(1, mostJitter) shouldBe
        second.plus(second)
      shouldThrow<IllegalArgumentException> { Jitter.plusMinus(-0.5) } shouldHaveMessage
        "factor must be in (0, 1], but was -0.5"
    }

    test("if each call earns a retry, as many retries are saved as recent calls") {
      val config = RetryBudgetConfig.builder().fraction(1.0).recentCalls(7).minPerSecond(0).build()
      val budget = RetryBudget.of(config, ManualTime())

      repeat(3) { budget.recordCall() }
      budget.available() shouldBe 3
      repeat(9) { budget.recordCall() }

      budget.available() shouldBe 7
      budget.config() shouldBeSameInstanceAs config
    }

    test("free retries and saved ones are told together, and the free ones go first") {
      val time = ManualTime()
      val budget =
        RetryBudget.of(RetryBudgetConfig.builder().fraction(1.0).minPerSecond(2).build(), time)
      repeat(3) { budget.recordCall() }

      budget.available() shouldBe 5
      repeat(2) { budget.tryAcquire() shouldBe true }
      budget.available() shouldBe 3
      time.advance(second)

      budget.available() shouldBe 5
    }

    test("a negative fraction is refused") {
      shouldThrow<IllegalArgumentException> {
        RetryBudgetConfig.builder().fraction(-0.1)
      } shouldHaveMessage "fraction must be in [0, 1], but was -0.1"
    }

    test("a budget on the system's clock has its free retries") {
      val budget = RetryBudget.of(RetryBudgetConfig.defaults())

      budget.available() shouldBe 3
      budget.tryAcquire() shouldBe true
    }

    test("a retry has the budget and the clock that it was given, and its copies have them") {
      val time = ManualTime()
      val budget = RetryBudget.of(RetryBudgetConfig.defaults(), time)
      val retry = Retry.builder().budget(budget).time(time).build()

      listOf(retry, retry.toBuilder().build()).forEach {
        it.budget() shouldBeSameInstanceAs budget
        it.time() shouldBeSameInstanceAs time
      }
      Retry.defaults().budget().shouldBeNull()
    }
  })
