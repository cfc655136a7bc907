package dev.holdfast.retry

import dev.holdfast.testing.leastJitter
import dev.holdfast.testing.mostJitter
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.comparables.shouldBeGreaterThanOrEqualTo
import io.kotest.matchers.ints.shouldBeGreaterThan
import io.kotest.matchers.shouldBe
import io.kotest.matchers.throwable.shouldHaveMessage
import io.kotest.matchers.types.shouldBeSameInstanceAs
import java.time.Duration
import java.util.concurrent.CompletableFuture
import java.util.random.RandomGenerator

class RetryTest :
  FunSpec({
    fun retry(backoff: Duration) =
      Retry.builder().backoff(Backoff.fixed(backoff)).maxWait(Duration.ofHours(1)).build()

    test("without a hint the backoff decides") {
      retry(Duration.ofSeconds(3)).waitBefore(1, null, mostJitter) shouldBe Duration.ofSeconds(3)
    }

    data class Row(val backoff: Long, val hint: Long, val least: Long, val most: Long)
    listOf(
        Row(backoff = 1000, hint = 10_000, least = 10_000, most = 11_000),
        Row(backoff = 20_000, hint = 10_000, least = 20_000, most = 20_000),
        Row(backoff = 10_500, hint = 10_000, least = 10_500, most = 11_000),
        Row(backoff = 0, hint = 100, least = 100, most = 350),
        Row(backoff = 0, hint = 0, least = 0, most = 250),
      )
      .forEach { row ->
        test("a hint of ${row.hint} ms and a backoff of ${row.backoff} ms: the longer, or later") {
          val retry = retry(Duration.ofMillis(row.backoff))
          val hint = Duration.ofMillis(row.hint)

          retry.waitBefore(1, hint, leastJitter) shouldBe Duration.ofMillis(row.least)
          val most = retry.waitBefore(1, hint, mostJitter)
          Duration.ofMillis(row.most).minus(most).toNanos() shouldBe
            if (row.backoff > row.hint && row.most == row.backoff) 0 else 1
        }
      }

    test("2,000 callers with the same hint come back at different times, none of them early") {
      val random = RandomGenerator.of("L64X128MixRandom")
      val hint = Duration.ofSeconds(5)

      val waits = List(2000) { Retry.afterHint(hint, random) }

      waits.min() shouldBeGreaterThanOrEqualTo hint
      waits.toSet().size shouldBeGreaterThan 1990
    }

    listOf(
        Duration.ofNanos(Long.MAX_VALUE),
        Duration.ofDays(200_000),
        Duration.ofSeconds(Long.MAX_VALUE, 999_999_999),
      )
      .forEach { absurd ->
        test("an absurd hint of $absurd does not overflow") {
          retry(Duration.ofSeconds(1))
            .waitBefore(1, absurd, mostJitter) shouldBeGreaterThanOrEqualTo
            Duration.ofNanos(Long.MAX_VALUE)
        }
      }

    test("an answer that is there already is returned as it is") {
      val answer = CompletableFuture.completedFuture("answer")

      Retry.defaults().callAsync { answer } shouldBeSameInstanceAs answer
    }

    test("a minimal stage that is done already is no obstacle") {
      Retry.defaults().callAsync { CompletableFuture.completedStage("answer") }.join() shouldBe
        "answer"
    }

    test("the defaults, and a copy has all the settings") {
      Retry.defaults().maxAttempts() shouldBe 3
      Retry.defaults().maxWait() shouldBe Duration.ofSeconds(15)
      Retry.defaults().backoff() shouldBe
        Backoff.exponential(Duration.ofMillis(500), Duration.ofSeconds(20))
      val backoff = Backoff.fixed(Duration.ofSeconds(1))
      val retry =
        Retry.builder().maxAttempts(7).backoff(backoff).maxWait(Duration.ofSeconds(9)).build()

      val copy = retry.toBuilder().build()

      copy.maxAttempts() shouldBe 7
      copy.backoff() shouldBe backoff
      copy.maxWait() shouldBe Duration.ofSeconds(9)
    }

    test("what makes no sense is refused with name, rule and value") {
      shouldThrow<IllegalArgumentException> { Retry.builder().maxAttempts(0) } shouldHaveMessage
        "maxAttempts must be at least 1, but was 0"
      shouldThrow<IllegalArgumentException> {
        Retry.builder().maxWait(Duration.ofMillis(-1))
      } shouldHaveMessage "maxWait must not be negative, but was PT-0.001S"
    }
  })
