package dev.holdfast

import dev.holdfast.model.Model
import dev.holdfast.testkit.ManualTime
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import java.io.IOException
import java.time.Duration
import java.util.concurrent.CountDownLatch

class ForeignInterruptTest :
  FunSpec({
    afterTest { Thread.interrupted() }

    test("an interrupt from elsewhere ends the call although the timeout comes after it") {
      val time = ManualTime()
      val resilience =
        Resilience.builder().model(Model.of("a")).model(Model.of("b")).time(time).build()
      val asked = mutableListOf<String>()

      shouldThrow<IOException> {
        resilience.call<String, IOException> {
          asked += it.model()
          Thread.currentThread().interrupt()
          time.advance(Duration.ofMinutes(1))
          throw IOException("closed by interrupt")
        }
      }

      asked shouldContainExactly listOf("a")
      Thread.interrupted() shouldBe true
      resilience.breakers().breaker("a").failures() shouldBe 0
    }

    test("an interrupt from elsewhere ends the call although it is noticed after the timeout") {
      val time = ManualTime()
      val resilience =
        Resilience.builder().model(Model.of("a")).model(Model.of("b")).time(time).build()
      val asked = mutableListOf<String>()

      shouldThrow<InterruptedException> {
        resilience.call<String, Exception> {
          asked += it.model()
          Thread.currentThread().interrupt()
          time.advance(Duration.ofMinutes(1))
          CountDownLatch(1).await()
          "never"
        }
      }

      asked shouldContainExactly listOf("a")
      resilience.breakers().breaker("a").failures() shouldBe 0
    }
  })
