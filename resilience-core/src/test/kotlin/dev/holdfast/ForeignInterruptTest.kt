package dev.holdfast

import dev.holdfast.model.Model
import dev.holdfast.plan.Attempt
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

    val time = ManualTime()

    fun resilience() =
      Resilience.builder().model(Model.of("a")).model(Model.of("b")).time(time).build()

    val asked = mutableListOf<String>()

    /** The attempt of a call whose thread is interrupted, and after it the attempt's time over. */
    fun Attempt.isInterrupted() {
      asked += model()
      Thread.currentThread().interrupt()
      time.advance(Duration.ofMinutes(1))
    }

    beforeTest { asked.clear() }

    test("an interrupt from elsewhere ends the call although the timeout comes after it") {
      val resilience = resilience()

      shouldThrow<IOException> {
        resilience.call<String, IOException> {
          it.isInterrupted()
          throw IOException("closed by interrupt")
        }
      }

      asked shouldContainExactly listOf("a")
      Thread.interrupted() shouldBe true
      resilience.breakers().breaker("a").failures() shouldBe 0
    }

    test("an interrupt from elsewhere ends the call although it is noticed after the timeout") {
      val resilience = resilience()

      shouldThrow<InterruptedException> {
        resilience.call<String, Exception> {
          it.isInterrupted()
          CountDownLatch(1).await()
          "never"
        }
      }

      asked shouldContainExactly listOf("a")
      resilience.breakers().breaker("a").failures() shouldBe 0
    }
  })
