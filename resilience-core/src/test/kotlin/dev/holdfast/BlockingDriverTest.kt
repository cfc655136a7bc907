package dev.holdfast

import dev.holdfast.breaker.CircuitBreaker.State.HALF_OPEN
import dev.holdfast.model.Model
import dev.holdfast.outcome.AttemptTimeoutException
import dev.holdfast.outcome.FailureClass.SERVER_ERROR
import dev.holdfast.retry.Retry
import dev.holdfast.testing.Fault
import dev.holdfast.testing.FaultClassifier
import dev.holdfast.testing.SteppingTime
import dev.holdfast.testing.trip
import dev.holdfast.testkit.ManualTime
import dev.holdfast.time.Time
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeInstanceOf
import io.kotest.matchers.types.shouldBeSameInstanceAs
import java.io.IOException
import java.time.Duration
import java.util.concurrent.CancellationException
import java.util.concurrent.CountDownLatch

class BlockingDriverTest :
  FunSpec({
    val time = ManualTime()
    val timeout = Duration.ofSeconds(30)

    afterTest { Thread.interrupted() }

    fun Resilience.probing() = apply {
      breakers().breaker("a").trip()
      breakers().breaker("b").trip()
      time.advance(Duration.ofSeconds(10))
    }

    fun Resilience.shouldHaveNoOpinionOf(model: String) {
      with(breakers().breaker(model)) {
        state() shouldBe HALF_OPEN
        tryAcquire().shouldNotBeNull()
      }
    }

    test("the timeout of an attempt interrupts it, and leaves no interrupt behind") {
      val interrupted = mutableListOf<Boolean>()

      val answer =
        scenarioResilience(time).call<String, Exception> {
          if (it.model == "b") "answer from ${it.model}"
          else {
            time.advance(timeout)
            interrupted += Thread.currentThread().isInterrupted
            throw InterruptedException()
          }
        }

      answer shouldBe "answer from b"
      interrupted shouldContainExactly listOf(true, true)
      Thread.interrupted() shouldBe false
      time.shouldHaveNoTimerAfter(timeout)
    }

    test("an attempt that fails by its own means after the interrupt has timed out all the same") {
      val resilience = scenarioResilience(time)

      val thrown =
        shouldThrow<AttemptTimeoutException> {
          resilience.withChain(listOf("a")).call<String, Exception> {
            time.advance(timeout)
            throw IOException("closed by interrupt")
          }
        }

      thrown.model() shouldBe "a"
      resilience.breakers().breaker("a").failures() shouldBe 2
      Thread.interrupted() shouldBe false
    }

    test("an answer that comes after the timeout is still an answer") {
      val answer =
        scenarioResilience(time).call<String, Exception> { "late".also { time.advance(timeout) } }

      answer shouldBe "late"
      Thread.interrupted() shouldBe false
    }

    test("the attempt's own InterruptedException ends the call, and is no opinion") {
      val resilience = scenarioResilience(time).probing()

      shouldThrow<InterruptedException> {
        resilience.call<String, Exception> { throw InterruptedException() }
      }

      Thread.interrupted() shouldBe false
      resilience.shouldHaveNoOpinionOf("a")
      resilience.breakers().breaker("b").snapshot().rejected() shouldBe 0
      time.shouldHaveNoTimerAfter(timeout)
    }

    test("whatever an attempt throws when it is interrupted from elsewhere ends the call") {
      val resilience = scenarioResilience(time).probing()

      shouldThrow<IOException> {
        resilience.call<String, Exception> {
          Thread.currentThread().interrupt()
          throw IOException("closed by interrupt")
        }
      }

      Thread.interrupted() shouldBe true
      resilience.shouldHaveNoOpinionOf("a")
    }

    test("an answer is an answer although the thread was interrupted from elsewhere") {
      val answer =
        scenarioResilience(time).call<String, Exception> {
          "answer".also { Thread.currentThread().interrupt() }
        }

      answer shouldBe "answer"
      Thread.interrupted() shouldBe true
    }

    test("an interrupt in a pause ends the call as a cancellation and stays set") {
      val resilience = scenarioResilience(interrupting(time)) { classifier(FaultClassifier) }

      val thrown =
        shouldThrow<CancellationException> {
          resilience.call<String, Exception> { throw Fault(SERVER_ERROR) }
        }

      thrown.cause.shouldBeInstanceOf<InterruptedException>()
      Thread.interrupted() shouldBe true
    }

    test("a real thread that hangs in an attempt is interrupted by the timer") {
      val hasty = Model.named("hasty").attemptTimeout(Duration.ofMillis(5)).build()
      val resilience = scenarioResilience(Time.system()) { model(hasty) }.forModel("hasty")
      val once = resilience.withRetry(Retry.builder().maxAttempts(1).build())

      shouldThrow<AttemptTimeoutException> {
        once.call<Unit, Exception> { CountDownLatch(1).await() }
      }

      Thread.interrupted() shouldBe false
    }

    test("what the call throws reaches the caller as it is, checked or not") {
      val resilience = scenarioResilience(time).withChain(listOf("a"))
      listOf(Exception("checked"), IllegalStateException(), StackOverflowError()).forEach { thrown
        ->
        runCatching { resilience.call<Unit, Exception> { throw thrown } }
          .exceptionOrNull() shouldBeSameInstanceAs thrown
      }
    }

    test("null is an answer, from a model and at the end of the chain") {
      val resilience = scenarioResilience(time)

      resilience.call<String?, Exception> { null } shouldBe null
      resilience.call<String?, Exception>({ error("down") }, { null }) shouldBe null
    }

    test("a clock that cannot start a timer ends the call and gives the permit back") {
      val broken = SteppingTime(time::nanoTime)
      val resilience = scenarioResilience(broken).probing()

      shouldThrow<IllegalStateException> { resilience.call<String, Exception> { "never" } }

      resilience.shouldHaveNoOpinionOf("a")
    }

    test("the degraded answer is not asked for when a model answers") {
      val asked = mutableListOf<String>()

      scenarioResilience(time)
        .call<String, Exception>({ "answer" }, { "degraded".also(asked::add) })

      asked.shouldBeEmpty()
    }
  })

/** The timer that is left looks once more, finds no attempt, and is the last. */
private fun ManualTime.shouldHaveNoTimerAfter(timeout: Duration) {
  advance(timeout)
  Thread.interrupted() shouldBe false
  scheduled() shouldBe 0
}

/** A clock on whose pauses the thread is interrupted. */
private fun interrupting(time: ManualTime) =
  object : Time by time {
    override fun sleep(duration: Duration) {
      Thread.currentThread().interrupt()
      time.sleep(duration)
    }
  }
