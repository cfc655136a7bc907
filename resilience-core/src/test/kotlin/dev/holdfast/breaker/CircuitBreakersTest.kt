package dev.holdfast.breaker

import dev.holdfast.testing.testConfig
import dev.holdfast.testing.trip
import dev.holdfast.testkit.ManualTime
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.collections.shouldContainExactlyInAnyOrder
import io.kotest.matchers.shouldBe
import io.kotest.matchers.throwable.shouldHaveMessage
import io.kotest.matchers.types.shouldBeSameInstanceAs
import java.util.concurrent.CompletableFuture

class CircuitBreakersTest :
  FunSpec({
    test("one breaker for each name") {
      val breakers = CircuitBreakers.ofDefaults()

      breakers.breaker("sonnet") shouldBeSameInstanceAs breakers.breaker("sonnet")
      breakers.breaker("haiku").name() shouldBe "haiku"
      breakers.all().map { it.name() } shouldContainExactlyInAnyOrder listOf("sonnet", "haiku")
    }

    test("a name has its own settings, or those for all") {
      val own = testConfig { failureThreshold(9) }
      val breakers =
        CircuitBreakers.builder().defaultConfig(testConfig()).config("sonnet", own).build()

      breakers.breaker("sonnet").config() shouldBeSameInstanceAs own
      breakers.breaker("haiku").config().failureThreshold() shouldBe 3
      CircuitBreakers.of(own).breaker("any").config() shouldBeSameInstanceAs own
    }

    test("an outage of one model does not stop the others") {
      val breakers = CircuitBreakers.of(testConfig())

      breakers.breaker("sonnet").trip()

      breakers.breaker("sonnet").isOpen shouldBe true
      breakers.call<String, RuntimeException>("haiku") { "answer" } shouldBe "answer"
      breakers.callAsync("haiku") { CompletableFuture.completedFuture("later") }.get() shouldBe
        "later"
      shouldThrow<CircuitOpenException> { breakers.call<Unit, RuntimeException>("sonnet") {} }
    }

    test("listeners hear of breakers made earlier and later, until they are removed") {
      val breakers =
        CircuitBreakers.builder().defaultConfig(testConfig()).time(ManualTime()).build()
      val transitions = mutableListOf<String>()
      val rejections = mutableListOf<String>()
      breakers.breaker("sonnet")
      val subscriptions =
        listOf(
          breakers.onTransition { transitions += it.name() },
          breakers.onRejection { rejections += it.name() },
        )

      listOf("sonnet", "haiku").forEach {
        breakers.breaker(it).trip()
        breakers.breaker(it).tryAcquire()
      }
      subscriptions.forEach { it.close() }
      breakers.breaker("opus").trip()
      breakers.breaker("opus").tryAcquire()

      transitions shouldContainExactly listOf("sonnet", "haiku")
      rejections shouldContainExactly listOf("sonnet", "haiku")
    }

    test("a registry does not change when its builder is used further") {
      val builder = CircuitBreakers.builder()
      val breakers = builder.build()

      builder.config("sonnet", testConfig())

      breakers.breaker("sonnet").config() shouldBeSameInstanceAs CircuitBreakerConfig.defaults()
      breakers.all().size shouldBe 1
    }

    test("blank names and names configured twice are refused") {
      val builder = CircuitBreakers.builder().config("sonnet", testConfig())

      shouldThrow<IllegalArgumentException> {
        builder.config("sonnet", testConfig())
      } shouldHaveMessage "name must be configured once, but was 'sonnet' again"
      shouldThrow<IllegalArgumentException> { builder.config("", testConfig()) } shouldHaveMessage
        "name must not be blank, but was ''"
      val breakers = builder.build()
      shouldThrow<IllegalArgumentException> { breakers.breaker(" ") } shouldHaveMessage
        "name must not be blank, but was ' '"
      breakers.all().shouldBeEmpty()
    }
  })
