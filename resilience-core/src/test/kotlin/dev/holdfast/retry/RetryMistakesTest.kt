package dev.holdfast.retry

import dev.holdfast.breaker.CircuitBreaker.State.HALF_OPEN
import dev.holdfast.outcome.Classifier
import dev.holdfast.outcome.Failure
import dev.holdfast.outcome.FailureClass
import dev.holdfast.testing.BreakableTime
import dev.holdfast.testing.leastJitter
import dev.holdfast.testing.testBreaker
import dev.holdfast.testing.tripAndWait
import dev.holdfast.testkit.ManualTime
import dev.holdfast.time.Deadline
import dev.holdfast.time.ScheduledTask
import dev.holdfast.time.Time
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.shouldNotBe
import java.io.IOException
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

    // In Kotlin they may throw what a Java interface does not declare.
    listOf(broken, IOException("broken")).forEach { thrown ->
      test("what a broken rule or backoff throws goes with the exception (${thrown::class})") {
        val retries =
          listOf(
            Retry.builder().classifier(Classifier<Any?> { throw thrown }).build(),
            Retry.builder().retryIf { throw thrown }.build(),
            Retry.builder().backoff { _, _ -> throw thrown }.build(),
          )

        retries.forEach { retry ->
          shouldThrow<ConnectException> { retry.call<Unit, Exception> { throw ConnectException() } }
            .suppressed
            .toList() shouldContainExactly listOf(thrown)
          retry
            .callAsync { CompletableFuture.failedFuture<String>(ConnectException()) }
            .isCompletedExceptionally shouldBe true
        }
      }
    }

    test("a clock that throws leaves no future waiting, in an attempt or in a wait") {
      listOf(false, true).forEach { breaksInWait ->
        val time = BreakableTime(broken)
        val attempt = CompletableFuture<String>()
        val deadline = Deadline.after(Duration.ofMinutes(1), time)
        val answer = Retry.builder().time(time).build().callAsync({ attempt }, deadline)

        if (!breaksInWait) time.isBroken = true
        attempt.completeExceptionally(ConnectException())
        time.isBroken = true
        time.manual.advance(Duration.ofSeconds(30))

        answer.isCompletedExceptionally shouldBe true
      }
    }

    test("a clock that cannot wait gives back the place of a probe") {
      val manual = ManualTime()
      val time =
        object : Time by manual {
          override fun sleep(duration: Duration) = throw broken
        }
      val breaker = testBreaker(manual)
      breaker.tripAndWait(manual)
      val retry = Retry.builder().circuitBreaker(breaker, BreakerCounts.CALLS).time(time).build()

      shouldThrow<IllegalStateException> {
        retry.call<String, Exception> { throw ConnectException() }
      }

      breaker.tryAcquire().shouldNotBeNull()
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

    test("a call that waits while its breaker opens ends if there is no place for another probe") {
      val time = ManualTime()
      val breaker = testBreaker(time)
      val retry =
        Retry.builder()
          .circuitBreaker(breaker, BreakerCounts.CALLS)
          .backoff(Backoff.fixed(breaker.config().waitDurationInOpenState().plusSeconds(1)))
          .time(time)
          .build()
      var attempts = 0
      val answer =
        retry.callAsync {
          attempts++
          CompletableFuture.failedFuture<String>(ConnectException())
        }
      breaker.tripAndWait(time)
      breaker.acquire()
      time.advance(Duration.ofSeconds(1))

      answer.isCompletedExceptionally shouldBe true
      attempts shouldBe 1
    }

    test("by default the waits are drawn at random") {
      val random = Retry.defaults().random

      random.nextLong() shouldNotBe random.nextLong()
    }
  })
