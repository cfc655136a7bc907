package dev.holdfast.breaker

import dev.holdfast.outcome.DeadlineExceededException
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.throwable.shouldHaveMessage
import io.kotest.matchers.types.shouldBeSameInstanceAs
import java.time.Duration
import java.util.concurrent.CancellationException
import java.util.function.Predicate

class CircuitBreakerConfigTest :
  FunSpec({
    data class Preset(val name: String, val config: CircuitBreakerConfig, val n: Int, val s: Long)
    listOf(
        Preset("defaults", CircuitBreakerConfig.defaults(), 5, 60),
        Preset("low traffic", CircuitBreakerConfig.lowTraffic(), 3, 60),
        Preset("medium traffic", CircuitBreakerConfig.mediumTraffic(), 5, 30),
        Preset("high traffic", CircuitBreakerConfig.highTraffic(), 10, 15),
      )
      .forEach { preset ->
        test("${preset.name}: ${preset.n} failures, ${preset.s} seconds, one probe, no waiting") {
          preset.config.failureThreshold() shouldBe preset.n
          preset.config.waitDurationInOpenState() shouldBe Duration.ofSeconds(preset.s)
          preset.config.permittedCallsInHalfOpenState() shouldBe 1
          preset.config.successThreshold() shouldBe 1
          preset.config.probeLease() shouldBe Duration.ofMinutes(2)
          preset.config.maxWaitInHalfOpen() shouldBe Duration.ZERO
        }
      }

    val refused: Map<String, CircuitBreakerConfig.Builder.() -> Unit> =
      mapOf(
        "failureThreshold must be at least 1, but was 0" to { failureThreshold(0) },
        "failureThreshold must be at least 1, but was -3" to { failureThreshold(-3) },
        "waitDurationInOpenState must be positive, but was PT0S" to
          {
            waitDurationInOpenState(Duration.ZERO)
          },
        "waitDurationInOpenState must be positive, but was PT-1S" to
          {
            waitDurationInOpenState(Duration.ofSeconds(-1))
          },
        "permittedCallsInHalfOpenState must be at least 1, but was 0" to
          {
            permittedCallsInHalfOpenState(0)
          },
        "successThreshold must be at least 1, but was 0" to { successThreshold(0) },
        "probeLease must be positive, but was PT0S" to { probeLease(Duration.ZERO) },
        "maxWaitInHalfOpen must not be negative, but was PT-0.001S" to
          {
            maxWaitInHalfOpen(Duration.ofMillis(-1))
          },
      )
    refused.forEach { (message, set) ->
      test("refused: $message") {
        shouldThrow<IllegalArgumentException> {
          CircuitBreakerConfig.builder().set()
        } shouldHaveMessage message
      }
    }

    test("a copy has all the settings") {
      val counts = Predicate<Throwable> { it is CancellationException }
      val config =
        CircuitBreakerConfig.builder()
          .failureThreshold(7)
          .waitDurationInOpenState(Duration.ofSeconds(8))
          .permittedCallsInHalfOpenState(9)
          .successThreshold(10)
          .probeLease(Duration.ofSeconds(11))
          .maxWaitInHalfOpen(Duration.ofSeconds(12))
          .countsAsFailure(counts)
          .build()

      val copy = config.toBuilder().build()

      copy.failureThreshold() shouldBe 7
      copy.waitDurationInOpenState() shouldBe Duration.ofSeconds(8)
      copy.permittedCallsInHalfOpenState() shouldBe 9
      copy.successThreshold() shouldBe 10
      copy.probeLease() shouldBe Duration.ofSeconds(11)
      copy.maxWaitInHalfOpen() shouldBe Duration.ofSeconds(12)
      copy.countsAsFailure() shouldBeSameInstanceAs counts
    }

    test("a copy with a longer wait has a longer default lease") {
      val longer = Duration.ofMinutes(10)

      val copy = CircuitBreakerConfig.defaults().toBuilder().waitDurationInOpenState(longer).build()

      copy.probeLease() shouldBe longer
    }

    test("everything counts by default but our own rejections") {
      val counts = CircuitBreakerConfig.defaults().countsAsFailure()

      listOf(Exception(), CancellationException(), OutOfMemoryError(), AssertionError()).forEach {
        counts.test(it) shouldBe true
      }
      counts.test(DeadlineExceededException()) shouldBe false
    }
  })
