package dev.holdfast.retry

import dev.holdfast.testing.leastJitter
import dev.holdfast.testing.mostJitter
import dev.holdfast.testing.seeded
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.comparables.shouldBeGreaterThanOrEqualTo
import io.kotest.matchers.comparables.shouldBeLessThanOrEqualTo
import io.kotest.matchers.doubles.plusOrMinus
import io.kotest.matchers.ints.shouldBeGreaterThan
import io.kotest.matchers.shouldBe
import io.kotest.matchers.throwable.shouldHaveMessage
import java.time.Duration

class BackoffJitterTest :
  FunSpec({
    val initial = Duration.ofMillis(500)
    val cap = Duration.ofSeconds(10)

    data class Spread(val name: String, val backoff: Backoff, val least: Long, val most: Long)
    fun exponential(jitter: Jitter) = Backoff.exponential(initial, cap, 2.0, jitter)
    val spreads =
      listOf(
        Spread("full", exponential(Jitter.full()), 0, 10_000),
        Spread("equal", exponential(Jitter.equal()), 5000, 10_000),
        Spread("plus or minus a quarter", exponential(Jitter.plusMinus(0.25)), 6000, 10_000),
        Spread("plus or minus all of it", exponential(Jitter.plusMinus(1.0)), 0, 10_000),
      )
    spreads.forEach { (name, backoff, least, most) ->
      test("2,000 waits at the cap with jitter $name are spread evenly inside it") {
        val random = seeded()

        val waits = List(2000) { backoff.before(30, random) }

        waits.max() shouldBeLessThanOrEqualTo Duration.ofMillis(most)
        waits.min() shouldBeGreaterThanOrEqualTo Duration.ofMillis(least)
        waits.toSet().size shouldBeGreaterThan 1990
        val width = (most - least).toDouble()
        val tenths = waits.groupingBy { ((it.toNanos() - 1) / 1e5 - least * 10) / width }
        val counts = tenths.eachCount().entries.groupBy { it.key.toInt() }
        counts.keys shouldBe (0..9).toSet()
        counts.values.forEach { tenth ->
          tenth.sumOf { it.value }.toDouble() shouldBe 200.0.plusOrMinus(60.0)
        }
      }
    }

    test("2,000 decorrelated waits are between the first and the cap, and do not gather at it") {
      val backoff = Backoff.decorrelated(initial, cap)
      val random = seeded()

      listOf(1, 2, 5, 100).forEach { retry ->
        val waits = List(2000) { backoff.before(retry, random) }

        waits.min() shouldBeGreaterThanOrEqualTo initial
        waits.max() shouldBeLessThanOrEqualTo if (retry == 1) initial.multipliedBy(3) else cap
        waits.toSet().size shouldBeGreaterThan 1990
      }
    }

    data class Bounds(val name: String, val backoff: Backoff, val retry: Int, val range: LongRange)
    val third = exponential(Jitter.plusMinus(0.25))
    listOf(
        Bounds("exponential, exactly", exponential(Jitter.none()), 3, 2000L..2000L),
        Bounds("exponential, exactly, at the cap", exponential(Jitter.none()), 9, 10_000L..10_000L),
        Bounds("exponential with full jitter", exponential(Jitter.full()), 3, 0L..2000L),
        Bounds("exponential with equal jitter", exponential(Jitter.equal()), 3, 1000L..2000L),
        Bounds("exponential, a quarter more or less", third, 3, 1500L..2500L),
        Bounds("close below the cap, the cap holds", third, 5, 6000L..10_000L),
        Bounds(
          "exponential by one and a half",
          Backoff.exponential(initial, cap, 1.5, Jitter.none()),
          3,
          1125L..1125L,
        ),
        Bounds(
          "exponential by infinity",
          Backoff.exponential(initial, cap, Double.POSITIVE_INFINITY, Jitter.none()),
          2,
          10_000L..10_000L,
        ),
        Bounds("fixed", Backoff.fixed(initial, Jitter.plusMinus(0.1)), 7, 450L..550L),
        Bounds("fixed, of no length", Backoff.fixed(Duration.ZERO, Jitter.full()), 7, 0L..0L),
        Bounds("decorrelated, at first", Backoff.decorrelated(initial, cap), 1, 500L..1500L),
        Bounds("decorrelated, later", Backoff.decorrelated(initial, cap), 64, 500L..10_000L),
        Bounds("decorrelated, without room", Backoff.decorrelated(cap, cap), 9, 10_000L..10_000L),
      )
      .forEach { (name, backoff, retry, range) ->
        test("$name: from ${range.first} to ${range.last} ms") {
          backoff.before(retry, leastJitter).toMillis() shouldBe range.first
          backoff.before(retry, mostJitter) shouldBe Duration.ofMillis(range.last)
        }
      }

    test("waits of centuries neither overflow nor turn negative") {
      val eternity = Duration.ofSeconds(Long.MAX_VALUE)
      val day = Duration.ofDays(1)
      val jitters = listOf(Jitter.none(), Jitter.full(), Jitter.equal(), Jitter.plusMinus(0.9))
      val backoffs =
        jitters.flatMap {
          listOf(Backoff.exponential(day, eternity, 9.0, it), Backoff.fixed(eternity, it))
        } + Backoff.decorrelated(day, eternity)

      backoffs.forEach { backoff ->
        listOf(Int.MIN_VALUE, 0, 1, 50, Int.MAX_VALUE).forEach { retry ->
          val longest = backoff.before(retry, mostJitter)
          longest shouldBeLessThanOrEqualTo Duration.ofNanos(Long.MAX_VALUE)
          backoff.before(retry, leastJitter) shouldBeGreaterThanOrEqualTo Duration.ZERO
          backoff.before(retry, leastJitter) shouldBeLessThanOrEqualTo longest
        }
      }
    }

    val refused: Map<String, () -> Any> =
      mapOf(
        "factor must be in (0, 1], but was 1.5" to { Jitter.plusMinus(1.5) },
        "factor must be in (0, 1], but was 0.0" to { Jitter.plusMinus(0.0) },
        "factor must be in (0, 1], but was NaN" to { Jitter.plusMinus(Double.NaN) },
        "multiplier must be at least 1, but was 0.5" to
          {
            Backoff.exponential(initial, cap, 0.5, Jitter.full())
          },
        "multiplier must be at least 1, but was NaN" to
          {
            Backoff.exponential(initial, cap, Double.NaN, Jitter.full())
          },
        "delay must not be negative, but was PT-1S" to
          {
            Backoff.fixed(Duration.ofSeconds(-1), Jitter.full())
          },
        "initial must be positive, but was PT0S" to { Backoff.decorrelated(Duration.ZERO, cap) },
        "max must be at least initial, PT10S, but was PT0.5S" to
          {
            Backoff.decorrelated(cap, initial)
          },
        "fraction must be in [0, 1], but was 1.1" to { RetryBudgetConfig.builder().fraction(1.1) },
        "fraction must be in [0, 1], but was NaN" to
          {
            RetryBudgetConfig.builder().fraction(Double.NaN)
          },
        "recentCalls must be at least 1, but was 0" to
          {
            RetryBudgetConfig.builder().recentCalls(0)
          },
        "minPerSecond must be at least 0, but was -1" to
          {
            RetryBudgetConfig.builder().minPerSecond(-1)
          },
        "maxAttempts must be at least 1, but was 0" to { Retry.builder().maxAttempts(0) },
        "maxWait must not be negative, but was PT-1S" to
          {
            Retry.builder().maxWait(Duration.ofSeconds(-1))
          },
      )
    refused.forEach { (message, make) ->
      test("refused: $message") {
        shouldThrow<IllegalArgumentException> { make() } shouldHaveMessage message
      }
    }
  })
