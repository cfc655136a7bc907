package dev.holdfast.answers

import dev.holdfast.Resilience
import dev.holdfast.answers.Reply.Degraded
import dev.holdfast.answers.Reply.Source
import dev.holdfast.bulkhead.awaitUntil
import dev.holdfast.coroutines.answers
import dev.holdfast.coroutines.callSuspend
import dev.holdfast.model.Model
import dev.holdfast.outcome.FailureClass
import dev.holdfast.testing.Fault
import dev.holdfast.testing.FaultClassifier
import dev.holdfast.testkit.ManualTime
import dev.holdfast.time.Time
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeInstanceOf
import java.time.Duration
import java.util.concurrent.CancellationException
import java.util.concurrent.CompletableFuture
import java.util.concurrent.CountDownLatch
import java.util.concurrent.Executor
import java.util.concurrent.Executors
import java.util.concurrent.RejectedExecutionException
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.asCoroutineDispatcher
import kotlinx.coroutines.launch

/** What a shared call runs on may be shut down; who waits for it was not cancelled. */
class SharedShutdownTest :
  FunSpec({
    test("who waits for a thread that is shut down in a pause is told, and was not cancelled") {
      val pauses = CountDownLatch(1)
      val time =
        object : Time by ManualTime() {
          override fun sleep(duration: Duration) {
            pauses.countDown()
            CountDownLatch(1).await()
          }
        }
      val resilience =
        Resilience.builder().model(Model.of("a")).classifier(FaultClassifier).time(time).build()
      val executor = Executors.newSingleThreadExecutor()
      val answers = answers<String>(resilience) { singleFlight().executor(executor) }
      val down = FakeModel { _, stage ->
        stage.completeExceptionally(Fault(FailureClass.SERVER_ERROR))
      }
      val asker = Face.BLOCKING.ask(answers, QUESTION, down)
      pauses.await()

      executor.shutdownNow()

      asker
        .failure()
        .shouldBeInstanceOf<IllegalStateException>()
        .cause
        .shouldBeInstanceOf<CancellationException>()
      answers.inFlight() shouldBe 0
    }

    test("who waits for a dispatcher that is shut down is told, and was not cancelled") {
      val answers = AnswersFixture().answers { singleFlight() }
      val others = mutableListOf<Asker>()
      var tasks = 0
      val executor = Executor { task ->
        // The first is who asks first; the second would be the call that is made for all.
        if (++tasks == 1) task.run()
        else {
          if (tasks == 2) others += Face.FUTURES.ask(answers, QUESTION, FakeModel())
          throw RejectedExecutionException("shut down")
        }
      }

      CoroutineScope(executor.asCoroutineDispatcher()).launch {
        runCatching { answers.callSuspend(QUESTION) { "never" } }
      }

      val failure = others.single().failure().shouldBeInstanceOf<IllegalStateException>()
      (failure is CancellationException) shouldBe false
      answers.inFlight() shouldBe 0
    }

    test("who waits for a thread that never comes free waits no longer than the deadline") {
      val fixture = AnswersFixture()
      val begun = CompletableFuture<Runnable>()
      val answers =
        fixture.answers { singleFlight().executor { begun.complete(it) }.staticAnswer { "sorry" } }
      val model = FakeModel()
      val asker = Face.BLOCKING.ask(answers, QUESTION, model)
      awaitUntil { begun.isDone && fixture.time.scheduled() == 1 }

      fixture.time.advance(fixture.resilience.deadline())
      begun.join().run()

      asker.reply().shouldBeInstanceOf<Degraded<String>>().source shouldBe Source.STATIC
      model.calls.size shouldBe 0
      answers.inFlight() shouldBe 0
      fixture.time.scheduled() shouldBe 0
    }
  })
