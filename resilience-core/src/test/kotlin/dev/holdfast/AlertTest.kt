package dev.holdfast

import dev.holdfast.model.Feature
import dev.holdfast.model.Model
import dev.holdfast.outcome.FailureClass.SERVER_ERROR
import dev.holdfast.retry.Retry
import dev.holdfast.testing.Fault
import dev.holdfast.testing.FaultClassifier
import dev.holdfast.testing.testConfig
import dev.holdfast.testkit.ManualTime
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.doubles.shouldBeBetween
import io.kotest.matchers.shouldBe
import java.time.Duration

class AlertTest :
  FunSpec({
    class Shop(rule: AlertRule = AlertRule(0.05, 100, Duration.ofMinutes(5))) {
      val time = ManualTime()
      val alerts = mutableListOf<CallAlert>()
      private val resilience =
        Resilience.builder()
          .model(Model.named("a").circuitBreaker(testConfig { failureThreshold(100_000) }).build())
          .model(Model.of("b"))
          .classifier(FaultClassifier)
          .retry(Retry.builder().maxAttempts(1).build())
          .feature(Feature.named("one").chain("a").build())
          .feature(Feature.named("two").chain("a", "b").build())
          .alert(rule)
          .time(time)
          .build()
          .also { it.onAlert { alert -> alerts += alert } }

      fun answered(times: Int, feature: String = "one") = repeat(times) { call(feature, false) }

      fun failed(times: Int, feature: String = "one") = repeat(times) { call(feature, true) }

      private fun call(feature: String, fails: Boolean) {
        runCatching {
          resilience.feature(feature).call<String, Exception> {
            if (fails && it.model == "a") throw Fault(SERVER_ERROR) else "answer"
          }
        }
      }
    }

    test("the alert comes with the call that completes the minimum, once") {
      with(Shop()) {
        failed(1)
        answered(98)
        failed(4)
        alerts.shouldBeEmpty()
        failed(3)

        alerts.map { it.kind } shouldContainExactly listOf(CallAlert.Kind.FAILURES)
        alerts.single().feature shouldBe "one"
        alerts.single().model shouldBe "a"
        alerts.single().rate.shouldBeBetween(0.05, 0.06, 0.0)
        failed(50)
        alerts.size shouldBe 1
      }
    }

    test("many good calls of an earlier time do not hide an outage") {
      with(Shop()) {
        answered(100_000)
        failed(100)

        alerts.single().rate shouldBe 1.0
        alerts.single().calls shouldBe 100
      }
    }

    test("failures that lie further back than the window do not count") {
      with(Shop()) {
        failed(99)
        time.advance(Duration.ofMinutes(6))
        failed(1)
        alerts.shouldBeEmpty()
        answered(99)
        failed(1)
        alerts.shouldBeEmpty()
      }
    }

    test("when it has been well in between, it is told again") {
      with(Shop()) {
        failed(100)
        time.advance(Duration.ofMinutes(6))
        failed(1)
        answered(1000)
        failed(1)
        alerts.size shouldBe 1
        time.advance(Duration.ofMinutes(6))
        failed(100)

        alerts.size shouldBe 2
      }
    }

    test("calls that another model answers are an alert of their own") {
      with(Shop()) {
        failed(100, "two")

        alerts.map { it.feature to it.kind } shouldContainExactly
          listOf("two" to CallAlert.Kind.FALLBACKS)
      }
    }

    test("a rule out of its range is refused") {
      val window = Duration.ofMinutes(1)
      shouldThrow<IllegalArgumentException> { AlertRule(0.0, 1, window) }
      shouldThrow<IllegalArgumentException> { AlertRule(1.1, 1, window) }
      shouldThrow<IllegalArgumentException> { AlertRule(0.5, 0, window) }
      shouldThrow<IllegalArgumentException> { AlertRule(0.5, 1, Duration.ZERO) }
    }
  })
