package dev.holdfast.retry

import dev.holdfast.testing.leastJitter
import dev.holdfast.testing.mostJitter
import dev.holdfast.testing.seeded
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.comparables.shouldBeGreaterThan
import io.kotest.matchers.comparables.shouldBeLessThanOrEqualTo
import io.kotest.matchers.maps.shouldBeEmpty
import io.kotest.matchers.shouldBe
import io.kotest.matchers.throwable.shouldHaveMessage
import java.time.Duration

class BackoffTest :
  FunSpec({
    val backoff = Backoff.exponential(Duration.ofMillis(500), Duration.ofSeconds(20))

    mapOf(
        0 to 500,
        1 to 500,
        2 to 1000,
        3 to 2000,
        6 to 16_000,
        7 to 20_000,
        8 to 20_000,
        40 to 20_000,
        64 to 20_000,
        65 to 20_000,
        Int.MAX_VALUE to 20_000,
      )
      .forEach { (retry, bound) ->
        test("retry $retry waits for at most $bound ms, and for a nanosecond at least") {
          backoff.before(retry, mostJitter) shouldBe Duration.ofMillis(bound.toLong())
          backoff.before(retry, leastJitter) shouldBe Duration.ofNanos(1)
        }
      }

    test("20,000 waits at the cap are spread evenly below it and none is beyond it") {
      val random = seeded()
      val cap = Duration.ofSeconds(20)

      val waits = List(20_000) { backoff.before(30, random) }

      waits.max() shouldBeLessThanOrEqualTo cap
      waits.min() shouldBeGreaterThan Duration.ZERO
      // A thousand in each of twenty parts; an even draw is off by more than 150 once in a million.
      val parts = waits.groupingBy { it.minusNanos(1).toSeconds() }.eachCount()
      parts.keys shouldBe (0L..19L).toSet()
      parts.filterValues { it !in 850..1150 }.shouldBeEmpty()
    }

    test("durations of centuries do not overflow") {
      val eternal = Backoff.exponential(Duration.ofDays(1), Duration.ofSeconds(Long.MAX_VALUE))

      (1..100).forEach { retry ->
        eternal.before(retry, mostJitter) shouldBeGreaterThan eternal.before(retry, leastJitter)
      }
      eternal.before(100, mostJitter) shouldBe Duration.ofNanos(Long.MAX_VALUE)
    }

    test("a fixed wait is the same before each retry") {
      val fixed = Backoff.fixed(Duration.ofSeconds(3))

      listOf(1, 2, 50).forEach { fixed.before(it, mostJitter) shouldBe Duration.ofSeconds(3) }
      Backoff.fixed(Duration.ZERO).before(1, mostJitter) shouldBe Duration.ZERO
    }

    val refused: Map<String, () -> Backoff> =
      mapOf(
        "delay must not be negative, but was PT-1S" to { Backoff.fixed(Duration.ofSeconds(-1)) },
        "initial must be positive, but was PT0S" to
          {
            Backoff.exponential(Duration.ZERO, Duration.ofSeconds(1))
          },
        "max must be at least initial, PT2S, but was PT1S" to
          {
            Backoff.exponential(Duration.ofSeconds(2), Duration.ofSeconds(1))
          },
      )
    refused.forEach { (message, make) ->
      test("refused: $message") {
        shouldThrow<IllegalArgumentException> { make() } shouldHaveMessage message
      }
    }
  })
