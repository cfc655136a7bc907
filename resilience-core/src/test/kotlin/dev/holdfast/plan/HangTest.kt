package dev.holdfast.plan

import dev.holdfast.Resilience
import dev.holdfast.model.Model
import dev.holdfast.testkit.ManualTime
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import java.time.Duration
import java.util.concurrent.CompletableFuture
import java.util.concurrent.TimeUnit

/** Calls whose model `a` hangs and whose model `b` answers. */
class HangTest :
  FunSpec({
    fun resilience(time: ManualTime, configure: Model.Builder.() -> Unit = {}): Resilience =
      Resilience.builder()
        .model(Model.named("a").apply(configure).build())
        .model(Model.of("b"))
        .time(time)
        .build()

    fun ask(resilience: Resilience, time: ManualTime): List<String> {
      val asked = mutableListOf<String>()
      val answer =
        resilience.callAsync<String> { attempt ->
          asked += attempt.model()
          if (attempt.model() == "a") CompletableFuture()
          else CompletableFuture.completedFuture("b")
        }
      time.advance(Duration.ofMinutes(3))
      answer.get(30, TimeUnit.SECONDS) shouldBe "b"
      return asked
    }

    test("with all defaults, a model that hangs leaves the next one its turn") {
      val time = ManualTime()

      ask(resilience(time), time) shouldContainExactly listOf("a", "b")
    }

    test("a model that hangs is asked once more if there is time for that and for the next one") {
      val time = ManualTime()

      ask(resilience(time) { attemptTimeout(Duration.ofSeconds(20)) }, time) shouldContainExactly
        listOf("a", "a", "b")
    }

    test("a longer deadline gives the attempts their own timeout back") {
      val time = ManualTime()
      val resilience =
        Resilience.builder()
          .model(Model.of("a"))
          .deadline(Duration.ofSeconds(10))
          .time(time)
          .build()

      val timeouts = mutableListOf<Duration>()
      resilience.call<Unit, Exception> { timeouts += it.timeout() }
      resilience.withDeadline(Duration.ofMinutes(5)).call<Unit, Exception> {
        timeouts += it.timeout()
      }

      timeouts shouldContainExactly listOf(Duration.ofSeconds(10), Duration.ofSeconds(60))
    }

    test("what a breaker excludes does not count in a chain either") {
      val time = ManualTime()
      val resilience =
        resilience(time) {
          circuitBreaker(
            dev.holdfast.breaker.CircuitBreakerConfig.builder()
              .failureThreshold(1)
              .countsAsFailure { it !is java.net.ConnectException }
              .build()
          )
        }

      resilience.call<String, Exception> {
        if (it.model() == "a") throw java.net.ConnectException() else "b"
      }

      resilience.breakers().breaker("a").isOpen shouldBe false
    }
  })
