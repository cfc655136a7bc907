package dev.holdfast

import dev.holdfast.breaker.CircuitBreakerConfig
import dev.holdfast.model.Feature
import dev.holdfast.model.Model
import dev.holdfast.outcome.FailureClass
import dev.holdfast.retry.Retry
import dev.holdfast.testing.testConfig
import dev.holdfast.testkit.ManualTime
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import io.kotest.matchers.throwable.shouldHaveMessage
import io.kotest.matchers.types.shouldBeSameInstanceAs
import java.time.Duration

class ResilienceBuilderTest :
  FunSpec({
    fun resilience() =
      Resilience.builder()
        .model(Model.named("a").circuitBreaker(testConfig()).build())
        .model(Model.of("b"))
        .model(Model.of("c"))
        .time(ManualTime())
        .build()

    fun Resilience.asked(): List<String> {
      val asked = mutableListOf<String>()
      runCatching {
        call<Unit, Exception> {
          asked += it.model
          throw IllegalStateException()
        }
      }
      return asked
    }

    val refused: Map<String, () -> Any> =
      mapOf(
        "chain must have at least 1 model, but was empty" to { Resilience.builder().build() },
        "model must be named once in a chain, but was 'a' again" to
          {
            Resilience.builder().model(Model.of("a")).model(Model.of("a"))
          },
        "deadline must be positive, but was PT0S" to
          {
            Resilience.builder().deadline(Duration.ZERO)
          },
        "deadline must be positive, but was PT-1S" to
          {
            resilience().withDeadline(Duration.ofSeconds(-1))
          },
        "chain must have at least 1 model, but was empty " to
          {
            resilience().withChain(emptyList())
          },
        "model must be named once in a chain, but was 'b' again" to
          {
            resilience().withChain(listOf("b", "a", "b"))
          },
        "model must not be blank, but was ''" to { resilience().withChain(listOf("a", "")) },
        "model must not be blank, but was ' '" to { resilience().forModel(" ") },
      )
    refused.forEach { (message, make) ->
      test("refused: $message") {
        shouldThrow<IllegalArgumentException> { make() } shouldHaveMessage message.trim()
      }
    }

    test("the defaults") {
      with(resilience()) {
        deadline() shouldBe Duration.ofMinutes(2)
        retry() shouldBeSameInstanceAs Retry.defaults()
        chain() shouldContainExactly listOf("a", "b", "c")
      }
    }

    test(
      "a call that asks for a model starts there, and one that asks for a stranger asks it only"
    ) {
      with(resilience()) {
        forModel("a") shouldBeSameInstanceAs this
        forModel("b").asked() shouldContainExactly listOf("b", "c")
        forModel("c").asked() shouldContainExactly listOf("c")
        forModel("stranger").asked() shouldContainExactly listOf("stranger")
        asked() shouldContainExactly listOf("a", "b", "c")
      }
    }

    test("another chain may have another order, fewer models and strangers") {
      resilience().withChain(listOf("c", "stranger", "a")).asked() shouldContainExactly
        listOf("c", "stranger", "a")
    }

    test("a chain does not change with the list that it was made from") {
      val names = mutableListOf("a", "b")
      val variant = resilience().withChain(names)

      names.clear()

      variant.chain() shouldContainExactly listOf("a", "b")
    }

    test("variants share the breakers, with their settings, and a stranger has the default ones") {
      val resilience = resilience()
      val variant =
        resilience.forModel("stranger").withRetry(Retry.defaults()).withDeadline(Duration.ofDays(1))

      variant.asked()
      resilience.withChain(listOf("b", "a")).asked()

      variant.breakers() shouldBeSameInstanceAs resilience.breakers()
      with(resilience.breakers()) {
        breaker("a").config().failureThreshold() shouldBe 3
        breaker("stranger").config() shouldBeSameInstanceAs CircuitBreakerConfig.defaults()
      }
    }

    test("no attempt may take longer than the call of its builder") {
      val timeouts = mutableListOf<Duration>()
      val resilience =
        Resilience.builder()
          .model(Model.of("a"))
          .model(Model.named("b").attemptTimeout(Duration.ofSeconds(5)).build())
          .deadline(Duration.ofSeconds(20))
          .reservedForLast(0.0)
          .time(ManualTime())
          .build()

      runCatching {
        resilience.call<Unit, Exception> {
          timeouts += it.timeout
          throw IllegalStateException()
        }
      }

      timeouts shouldContainExactly listOf(Duration.ofSeconds(20), Duration.ofSeconds(5))
    }

    test("a builder that is used further does not change what it built") {
      val builder = Resilience.builder().model(Model.of("a"))
      val resilience = builder.build()

      builder.model(Model.of("b"))

      resilience.chain() shouldContainExactly listOf("a")
      resilience.asked() shouldContainExactly listOf("a")
    }

    test("only failures that are shown at once, but need not be, can be asked to fall back") {
      listOf(FailureClass.OVERLOADED, FailureClass.STREAM_INTERRUPTED).forEach {
        val message = "fallBackOn must have failures that may fall back, but had $it"

        shouldThrow<IllegalArgumentException> {
          Resilience.builder().fallBackOn(it)
        } shouldHaveMessage message
        shouldThrow<IllegalArgumentException> {
          Feature.named("chat").fallBackOn(FailureClass.INVALID_REQUEST, it)
        } shouldHaveMessage message
      }
    }
  })
