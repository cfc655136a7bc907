package dev.holdfast.model

import dev.holdfast.breaker.CircuitBreaker
import dev.holdfast.breaker.CircuitBreakerConfig
import dev.holdfast.throttle.ThrottleGate
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.throwable.shouldHaveMessage
import io.kotest.matchers.types.shouldBeSameInstanceAs
import java.time.Duration

class ModelTest :
  FunSpec({
    test("a model has the default settings unless it is told otherwise") {
      val model = Model.of("sonnet")

      model.name() shouldBe "sonnet"
      model.attemptTimeout() shouldBe Duration.ofSeconds(60)
      model.circuitBreaker() shouldBeSameInstanceAs CircuitBreakerConfig.defaults()
    }

    test("a copy has all the settings") {
      val config = CircuitBreakerConfig.highTraffic()
      val model =
        Model.named("sonnet").circuitBreaker(config).attemptTimeout(Duration.ofSeconds(7)).build()

      val copy = model.toBuilder().build()

      copy.name() shouldBe "sonnet"
      copy.circuitBreaker() shouldBeSameInstanceAs config
      copy.attemptTimeout() shouldBe Duration.ofSeconds(7)
    }

    test("what makes no sense is refused with name, rule and value") {
      shouldThrow<IllegalArgumentException> { Model.of("") } shouldHaveMessage
        "name must not be blank, but was ''"
      shouldThrow<IllegalArgumentException> {
        Model.named("sonnet").attemptTimeout(Duration.ZERO)
      } shouldHaveMessage "attemptTimeout must be positive, but was PT0S"
    }

    test("a target tells the name and the timeout of its model") {
      val breaker = CircuitBreaker.of("sonnet", CircuitBreakerConfig.defaults())

      val target = Target(Model.of("sonnet"), breaker, ThrottleGate("sonnet"))

      target.name() shouldBe "sonnet"
      target.attemptTimeout() shouldBe Duration.ofSeconds(60)
    }
  })
