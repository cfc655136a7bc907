package dev.holdfast.breaker

import dev.holdfast.breaker.CircuitBreaker.State.CLOSED
import dev.holdfast.breaker.CircuitBreaker.State.HALF_OPEN
import dev.holdfast.breaker.CircuitBreaker.State.OPEN
import dev.holdfast.outcome.DeadlineExceededException
import dev.holdfast.testing.failure
import dev.holdfast.testing.testBreaker
import dev.holdfast.testing.tripAndWait
import dev.holdfast.testkit.ManualTime
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeInstanceOf
import io.kotest.matchers.types.shouldBeSameInstanceAs
import io.mockk.every
import io.mockk.mockk
import java.util.concurrent.CancellationException
import java.util.concurrent.CompletableFuture
import java.util.concurrent.CompletionException
import java.util.concurrent.CompletionStage
import java.util.concurrent.TimeUnit
import java.util.concurrent.TimeoutException
import java.util.concurrent.atomic.AtomicReference

class FuturesFaceTest :
  FunSpec({
    fun probing(): CircuitBreaker {
      val time = ManualTime()
      return testBreaker(time).apply { tripAndWait(time) }
    }

    test("a supplier that throws instead of returning a stage has made a failed call") {
      val breaker = probing()
      val thrown = OutOfMemoryError()

      val answer = breaker.callAsync<String> { throw thrown }

      answer.failure() shouldBeSameInstanceAs thrown
      breaker.state() shouldBe OPEN
    }

    test("a supplier that throws a wrapper: the future completes with what is inside") {
      val rejected = DeadlineExceededException()
      val breaker = probing()

      val answer = breaker.callAsync<String> { throw CompletionException(rejected) }

      answer.failure() shouldBeSameInstanceAs rejected
      breaker.state() shouldBe HALF_OPEN
      breaker.tryAcquire().shouldNotBeNull()
    }

    test("a supplier that returns null has a fault that is not the model's") {
      val breaker = probing()

      val answer = breaker.callAsync(AtomicReference<CompletionStage<String>>()::get)

      answer.failure().shouldBeInstanceOf<NullPointerException>().message shouldBe
        "the call returned no stage"
      breaker.state() shouldBe HALF_OPEN
      breaker.tryAcquire().shouldNotBeNull()
    }

    test("what a dependent stage wraps is unwrapped, however deep") {
      val thrown = TimeoutException()
      val source = CompletableFuture<String>()

      val answer = testBreaker().callAsync { source.thenApply { it }.thenApply { it } }
      source.completeExceptionally(CompletionException(thrown))

      answer.failure() shouldBeSameInstanceAs thrown
    }

    test("cancelling the returned future cancels the source and has no opinion") {
      val breaker = probing()
      val source = CompletableFuture<String>()
      val answer = breaker.callAsync { source }

      answer.cancel(true)

      source.isCancelled shouldBe true
      breaker.state() shouldBe HALF_OPEN
      breaker.tryAcquire().shouldNotBeNull()
      breaker.snapshot().staleResults() shouldBe 0
    }

    test("cancelling the returned future after the answer changes nothing") {
      val breaker = probing()
      val source = CompletableFuture<String>()
      val answer = breaker.callAsync { source }
      source.complete("answer")

      answer.cancel(true)

      answer.join() shouldBe "answer"
      breaker.state() shouldBe CLOSED
    }

    test("cancelling the returned future while the answer is being told changes nothing") {
      val breaker = probing()
      val source = CompletableFuture<String>()
      lateinit var answer: CompletableFuture<String>
      breaker.onTransition { answer.cancel(true) }
      answer = breaker.callAsync { source }

      source.complete("answer")

      answer.isCancelled shouldBe true
      breaker.state() shouldBe CLOSED
    }

    test("a source that is cancelled by somebody else has failed") {
      val breaker = probing()
      val source = CompletableFuture<String>()
      val answer = breaker.callAsync { source }

      source.cancel(true)

      answer.isCancelled shouldBe true
      answer.failure().shouldBeInstanceOf<CancellationException>()
      breaker.state() shouldBe OPEN
    }

    test("orTimeout on the returned future is a failure of the call and cancels the source") {
      val breaker = probing()
      val source = CompletableFuture<String>()

      val answer = breaker.callAsync { source }.orTimeout(1, TimeUnit.MILLISECONDS)

      source.failure().shouldBeInstanceOf<CancellationException>()
      answer.failure().shouldBeInstanceOf<TimeoutException>()
      breaker.state() shouldBe OPEN
    }

    test("completing the returned future with a value has no opinion and cancels the source") {
      val breaker = probing()
      val source = CompletableFuture<String>()

      breaker.callAsync { source }.complete("instead")

      source.isCancelled shouldBe true
      breaker.state() shouldBe HALF_OPEN
      breaker.tryAcquire().shouldNotBeNull()
    }

    test("a stage that cannot be cancelled runs on, and nobody listens") {
      val breaker = probing()
      val source = CompletableFuture<String>()
      val stage = mockk<CompletionStage<String>>()
      every { stage.whenComplete(any()) } answers { source.whenComplete(firstArg()) }
      every { stage.toCompletableFuture() } throws UnsupportedOperationException()
      val answer = breaker.callAsync { stage }

      answer.cancel(true)
      source.completeExceptionally(TimeoutException())

      answer.isCancelled shouldBe true
      breaker.state() shouldBe HALF_OPEN
      breaker.tryAcquire().shouldNotBeNull()
    }

    test("a stage that accepts no listener fails the call and loses no probe's place") {
      val breaker = probing()
      val broken = IllegalStateException("no listeners")
      val stage = mockk<CompletionStage<String>>()
      every { stage.whenComplete(any()) } throws broken
      every { stage.toCompletableFuture() } throws broken

      val answer = breaker.callAsync { stage }

      answer.failure() shouldBeSameInstanceAs broken
      breaker.state() shouldBe OPEN
    }

    test("a completed answer costs no further future") {
      val source = CompletableFuture.completedFuture("answer")

      testBreaker().callAsync { source } shouldBeSameInstanceAs source
    }

    test("null is an answer") {
      val source = CompletableFuture<String?>()
      val breaker = probing()

      val answer = breaker.callAsync { source }
      source.complete(null)

      answer.join() shouldBe null
      breaker.state() shouldBe CLOSED
    }

    test("a future that nobody ever completes frees its place by the lease") {
      val time = ManualTime()
      val breaker = testBreaker(time)
      breaker.tripAndWait(time)
      breaker.callAsync { CompletableFuture<String>() }

      time.advance(breaker.config().probeLease())

      breaker.tryAcquire().shouldNotBeNull()
    }
  })
