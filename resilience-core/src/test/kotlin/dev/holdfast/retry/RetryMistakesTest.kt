package dev.holdfast.retry

import dev.holdfast.breaker.CircuitBreaker.State.HALF_OPEN
import dev.holdfast.outcome.Classifier
import dev.holdfast.outcome.Failure
import dev.holdfast.outcome.FailureClass
import dev.holdfast.testing.leastJitter
import dev.holdfast.testing.testBreaker
import dev.holdfast.testing.tripAndWait
import dev.holdfast.testkit.ManualTime
import dev.holdfast.time.ScheduledTask
import dev.holdfast.time.Time
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.shouldNotBe
import java.net.ConnectException
import java.time.Duration
import java.util.concurrent.CompletableFuture
import java.util.function.BiConsumer

/** Takes the result `busy` for an overload, with a hint of two seconds. */
private object Busy : Classifier<Any?> {
  override fun ofException(thrown: Throwable): Failure = Classifier.standard().ofException(thrown)

  override fun ofResult(result: Any?): Failure? =
    if (result == "busy") Failure(FailureClass.OVERLOADED, Duration.ofSeconds(2), null) else null
}

class RetryMistakesTest :
  FunSpec({
    val broken = IllegalStateException("broken")

    test("what a broken classifier or backoff throws goes with the exception") {
      val retries =
        listOf(
          Retry.builder().classifier(Classifier<Any?> { throw broken }).build(),
          Retry.builder().backoff { _, _ -> throw broken }.build(),
        )

      retries.forEach { retry ->
        shouldThrow<ConnectException> { retry.call<Unit, Exception> { throw ConnectException() } }
          .suppressed
          .toList() shouldContainExactly listOf(broken)
      }
    }

    test("a broken predicate of results makes a probe's answer neither good nor bad") {
      val time = ManualTime()
      val breaker = testBreaker(time)
      breaker.tripAndWait(time)
      val retry =
        Retry.builder()
          .circuitBreaker(breaker, BreakerCounts.ATTEMPTS)
          .retryIfResult { throw broken }
          .time(time)
          .build()

      retry.call<String, Exception> { "answer" } shouldBe "answer"

      breaker.state() shouldBe HALF_OPEN
      breaker.tryAcquire().shouldNotBeNull()
    }

    test("a predicate of results overrules the classifier, which still names the wait") {
      val time = ManualTime()
      val answers = listOf("busy", "busy", "ok")
      fun call(again: Boolean): String {
        var attempts = 0
        return Retry.builder()
          .classifier(Busy)
          .retryIfResult { again && it == "busy" }
          .time(time)
          .random(leastJitter)
          .build()
          .call<String, Exception> { answers[attempts++] }
      }

      call(again = false) shouldBe "busy"
      time.elapsed() shouldBe Duration.ZERO
      call(again = true) shouldBe "ok"
      time.elapsed() shouldBe Duration.ofSeconds(4)
    }

    test("a future that is cancelled while its timer is set leaves no timer") {
      val manual = ManualTime()
      lateinit var answer: CompletableFuture<String>
      val time =
        object : Time by manual {
          override fun schedule(delay: Duration, task: Runnable): ScheduledTask {
            answer.cancel(false)
            return manual.schedule(delay, task)
          }
        }
      val attempt = CompletableFuture<String>()
      answer = Retry.builder().time(time).build().callAsync { attempt }

      attempt.completeExceptionally(ConnectException())

      answer.isCancelled shouldBe true
      manual.scheduled() shouldBe 0
    }

    test("a stage that accepts no listener is a failed attempt, and is cancelled") {
      val time = ManualTime()
      val deaf =
        object : CompletableFuture<String>() {
          override fun whenComplete(
            action: BiConsumer<in String, in Throwable>
          ): CompletableFuture<String> = throw ConnectException()
        }
      val stages = ArrayDeque(listOf(deaf, CompletableFuture.completedFuture("answer")))

      val answer = Retry.builder().time(time).build().callAsync { stages.removeFirst() }
      time.advance(Duration.ofSeconds(30))

      answer.join() shouldBe "answer"
      deaf.isCancelled shouldBe true
    }

    test("a call that is cancelled in its wait gives back the place of its probe") {
      val time = ManualTime()
      val breaker = testBreaker(time)
      breaker.tripAndWait(time)
      val retry =
        Retry.builder()
          .circuitBreaker(breaker, BreakerCounts.CALLS)
          .retryIfResult { true }
          .time(time)
          .build()
      val answer = retry.callAsync { CompletableFuture.completedFuture("bad") }
      breaker.tryAcquire() shouldBe null

      answer.cancel(false)

      breaker.tryAcquire().shouldNotBeNull()
    }

    test("by default the waits are drawn at random") {
      val random = Retry.defaults().random

      random.nextLong() shouldNotBe random.nextLong()
    }
  })
