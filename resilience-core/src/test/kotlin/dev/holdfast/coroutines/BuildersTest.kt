package dev.holdfast.coroutines

import dev.holdfast.answers.Answers
import dev.holdfast.answers.ResponseStore
import dev.holdfast.breaker.CircuitBreakerConfig
import dev.holdfast.model.ChainStep
import dev.holdfast.model.Feature
import dev.holdfast.model.Model
import dev.holdfast.model.RequestPatch
import dev.holdfast.retry.Backoff
import dev.holdfast.retry.Retry
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import io.kotest.matchers.throwable.shouldHaveMessage
import java.time.Duration.ofMillis
import java.time.Duration.ofSeconds
import kotlin.time.Duration
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds

class BuildersTest :
  FunSpec({
    test("the DSL says what the builders say") {
      val resilience = resilience {
        model("sonnet") {
          attemptTimeout(30.seconds)
          circuitBreaker { failureThreshold(7) }
        }
        model("haiku")
        retry {
          maxAttempts(2)
          backoff(exponential(100.milliseconds, 5.seconds))
          maxWait(9.seconds)
        }
        deadline(90.seconds)
      }

      resilience.chain() shouldContainExactly listOf("sonnet", "haiku")
      resilience.deadline() shouldBe ofSeconds(90)
      resilience.withDeadline(3.seconds).deadline() shouldBe ofSeconds(3)
      resilience.breakers().breaker("sonnet").config().failureThreshold() shouldBe 7
      with(resilience.retry()) {
        maxAttempts() shouldBe 2
        maxWait() shouldBe ofSeconds(9)
        backoff() shouldBe Backoff.exponential(ofMillis(100), ofSeconds(5))
      }
    }

    test("the DSL of a feature says what its builder says") {
      val patch = RequestPatch.builder().parameter("max_tokens", 9).build()
      lateinit var feature: Feature

      val resilience = resilience {
        model("sonnet") { patch { credential("main") } }
        model("haiku")
        feature("chat") {
          chain("sonnet")
          step("haiku") { parameter("max_tokens", 9) }
          bulkhead { maxConcurrentCalls(3) }
          deadline(9.seconds)
          retry { maxAttempts(2) }
          feature = build()
        }
      }

      feature.chain() shouldContainExactly listOf(ChainStep.of("sonnet"), ChainStep("haiku", patch))
      feature.bulkhead()?.maxConcurrentCalls() shouldBe 3
      feature.deadline() shouldBe ofSeconds(9)
      resilience.feature("chat").chain() shouldContainExactly listOf("sonnet", "haiku")
      resilience.feature("chat").deadline() shouldBe ofSeconds(9)
      resilience.feature("chat").retry().maxAttempts() shouldBe 2
    }

    test("a breaker has the defaults, and what it is told") {
      circuitBreaker("sonnet").config().failureThreshold() shouldBe 5

      val breaker =
        circuitBreaker("sonnet") {
          waitDurationInOpenState(3.seconds)
          probeLease(4.seconds)
          maxWaitInHalfOpen(5.seconds)
        }

      breaker.name() shouldBe "sonnet"
      breaker.config().waitDurationInOpenState() shouldBe ofSeconds(3)
      breaker.config().probeLease() shouldBe ofSeconds(4)
      breaker.config().maxWaitInHalfOpen() shouldBe ofSeconds(5)
    }

    test("durations of Kotlin are checked as those of Java, and one without end is the longest") {
      shouldThrow<IllegalArgumentException> {
        CircuitBreakerConfig.builder().waitDurationInOpenState(Duration.ZERO)
      } shouldHaveMessage "waitDurationInOpenState must be positive, but was PT0S"
      Model.named("sonnet")
        .attemptTimeout(Duration.INFINITE)
        .build()
        .attemptTimeout()
        .seconds shouldBe Long.MAX_VALUE
      Retry.builder().backoff(fixed(2.seconds)).build().maxWait() shouldBe ofSeconds(15)
    }

    test("the DSL of answers says what its builder says") {
      val resilience = resilience { model("sonnet") }
      val store = ResponseStore.inMemory<String>(9, ofSeconds(9))

      val answers =
        answers<String>(resilience) {
          store(store)
          storeTimeout(2.seconds)
          replayFor(3.seconds)
          degradeWithin(9.seconds)
          singleFlight()
        }
      val built =
        Answers.of<String>(resilience)
          .store(store)
          .storeTimeout(ofSeconds(2))
          .replayFor(ofSeconds(3))
          .degradeWithin(ofSeconds(9))
          .singleFlight()
          .build()

      answers.resilience() shouldBe resilience
      answers.toString() shouldBe built.toString()
    }

    test("a model named twice is refused") {
      shouldThrow<IllegalArgumentException> {
        resilience {
          model("sonnet")
          model("sonnet")
        }
      } shouldHaveMessage "model must be named once in a chain, but was 'sonnet' again"
    }
  })
