package dev.holdfast.answers

import dev.holdfast.Resilience
import dev.holdfast.answers.Reply.Degraded
import dev.holdfast.answers.Reply.Source
import dev.holdfast.bulkhead.awaitUntil
import dev.holdfast.coroutines.answers
import dev.holdfast.coroutines.callSuspend
import dev.holdfast.coroutines.withDeadline
import dev.holdfast.model.Model
import dev.holdfast.outcome.DeadlineExceededException
import dev.holdfast.outcome.FailureClass
import dev.holdfast.plan.CallRecord
import dev.holdfast.plan.CallRecord.Ending
import dev.holdfast.testing.Fault
import dev.holdfast.testkit.ManualTime
import dev.holdfast.time.Deadline
import dev.holdfast.time.Time
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeInstanceOf
import io.kotest.matchers.types.shouldBeSameInstanceAs
import java.time.Duration
import java.time.Duration.ZERO
import java.time.Duration.ofMinutes
import java.time.Duration.ofSeconds
import java.util.concurrent.CancellationException
import java.util.concurrent.CompletableFuture
import java.util.concurrent.Executors
import java.util.concurrent.RejectedExecutionException
import kotlinx.coroutines.future.await

class SingleFlightTest :
  FunSpec({
    fun Answers<String>.awaitJoined(count: Long) = awaitUntil { counts().joined() == count }

    for (first in Face.entries) {
      for (second in Face.entries) {
        val faces = "$first and $second"

        test("$faces: identical questions in flight share one call") {
          val fixture = AnswersFixture()
          val answers = fixture.answers { singleFlight() }
          val model = FakeModel()

          val one = first.ask(answers, QUESTION, model)
          val call = model.call(0)
          val two = second.ask(answers, QUESTION, model)
          answers.awaitJoined(1)
          call.complete("yes")

          one.reply().shouldBeAnswer("yes", ZERO)
          two.reply() shouldBeSameInstanceAs one.reply()
          answers.counts() shouldBe AnswerCounts(2, 0, 1, 0, 0, 0, 0)
          fixture.records.map { it.ending } shouldContainExactly listOf(Ending.ANSWERED)
          answers.inFlight() shouldBe 0
        }

        test("$faces: who asked first leaves alone") {
          val answers = AnswersFixture().answers { singleFlight() }
          val model = FakeModel()
          val one = first.ask(answers, QUESTION, model)
          val call = model.call(0)
          val two = second.ask(answers, QUESTION, model)
          answers.awaitJoined(1)

          one.leave()

          one.failure().shouldBeInstanceOf<CancellationException>()
          call.isDone shouldBe false
          call.complete("yes")
          two.reply().shouldBeAnswer("yes", ZERO)
        }

        test(
          "$faces: the call is cancelled with the last who waits, and the next question is new"
        ) {
          val fixture = AnswersFixture()
          val answers = fixture.answers { singleFlight() }
          val model = FakeModel()
          val one = first.ask(answers, QUESTION, model)
          val call = model.call(0)
          val two = second.ask(answers, QUESTION, model)
          answers.awaitJoined(1)

          two.leave()
          two.failure().shouldBeInstanceOf<CancellationException>()
          call.isDone shouldBe false
          one.leave()
          one.failure().shouldBeInstanceOf<CancellationException>()

          awaitUntil { call.isCancelled && fixture.records.size == 1 }
          fixture.records.single().ending shouldBe Ending.CANCELLED
          answers.inFlight() shouldBe 0
          val three = second.ask(answers, QUESTION, model)
          model.call(1).complete("yes")
          three.reply().shouldBeAnswer("yes", ZERO)
        }

        test("$faces: a failure is shared, as the same exception, and not kept") {
          val fixture = AnswersFixture()
          val answers = fixture.answers { singleFlight() }
          val model = FakeModel()
          val fault = Fault(FailureClass.INVALID_REQUEST)
          val one = first.ask(answers, QUESTION, model)
          val call = model.call(0)
          val two = second.ask(answers, QUESTION, model)
          answers.awaitJoined(1)

          call.completeExceptionally(fault)

          val failures = listOf(first to one.failure(), second to two.failure())
          for ((face, failure) in failures) {
            failure.shouldBeInstanceOf<Fault>()
            // Coroutines throw a copy with the stack of whoever waits.
            if (Face.SUSPEND !in listOf(first, face)) failure shouldBeSameInstanceAs fault
            CallRecord.of(failure) shouldBe fixture.records.single()
          }
          fault.suppressed.size shouldBe 1
          val three = first.ask(answers, QUESTION, model)
          model.call(1).complete("yes")
          three.reply().shouldBeAnswer("yes", ZERO)
        }

        test("$faces: who has a shorter deadline leaves alone, with an answer if one stands in") {
          for (standsIn in listOf(false, true)) {
            val fixture = AnswersFixture()
            val answers =
              fixture.answers {
                singleFlight()
                if (standsIn) staticAnswer { "sorry" }
              }
            val model = FakeModel()
            val soon = answers.within(Deadline.after(ofSeconds(5), fixture.time))
            val one = first.ask(soon, QUESTION, model)
            val call = model.call(0)
            val two = second.ask(answers, QUESTION, model)
            answers.awaitJoined(1)

            fixture.time.advance(ofSeconds(5))

            if (standsIn) {
              one.reply().shouldBeInstanceOf<Degraded<String>>().source shouldBe Source.STATIC
            } else one.failure().shouldBeInstanceOf<DeadlineExceededException>()
            call.complete("yes")
            two.reply().shouldBeAnswer("yes", ZERO)
            fixture.awaitNoTimer()
          }
        }

        test("$faces: what stands in is shared, and so is an answer that was kept") {
          val fixture = AnswersFixture()
          val looked = CompletableFuture<StoredResponse<String>?>()
          val answers =
            fixture.answers { store(FakeStore({ looked })).replayFor(ofMinutes(1)).singleFlight() }
          val model = FakeModel()
          val one = first.ask(answers, QUESTION, model)
          awaitUntil { fixture.time.scheduled() == 1 }
          val two = second.ask(answers, QUESTION, model)
          answers.awaitJoined(1)

          looked.complete(StoredResponse("kept", ofSeconds(3)))

          one.reply().shouldBeAnswer("kept", ofSeconds(3))
          two.reply().shouldBeAnswer("kept", ofSeconds(3))
          model.calls.size shouldBe 0
          answers.counts().replayed() shouldBe 1
        }
      }
    }

    for (face in Face.entries) {
      test("$face: whose deadline has passed already disturbs nobody") {
        val fixture = AnswersFixture()
        val answers = fixture.answers { singleFlight() }
        val model = FakeModel()

        val late = face.ask(answers.within(Deadline.after(ZERO, fixture.time)), QUESTION, model)

        late.failure().shouldBeInstanceOf<DeadlineExceededException>()
        model.calls.size shouldBe 0
        answers.inFlight() shouldBe 0
      }

      test("$face: without single flight each question has a call of its own") {
        val answers = AnswersFixture().answers {}
        val model = FakeModel()
        val askers = List(2) { face.ask(answers, QUESTION, model) }

        repeat(2) { model.call(it).complete("yes") }

        askers.forEach { it.reply().value() shouldBe "yes" }
      }

      test("$face: whoever is told asks anew") {
        val answers = AnswersFixture().answers { singleFlight() }
        val model = FakeModel()
        val again = CompletableFuture<Asker>()
        val one = answers.callAsync(QUESTION, model::ask)
        one.whenComplete { _, _ -> again.complete(face.ask(answers, QUESTION, model)) }

        model.call(0).complete("first")
        model.call(1).complete("second")

        again.join().reply().value() shouldBe "second"
      }
    }

    test("a blocking call that is shared runs on the executor, and is given up there") {
      val executor = Executors.newSingleThreadExecutor { Thread(it, "shared") }
      val answers = AnswersFixture().answers { singleFlight().executor(executor) }
      val names = mutableListOf<String>()
      val model = FakeModel { _, _ -> names += Thread.currentThread().name }
      val one = Face.BLOCKING.ask(answers, QUESTION, model)
      val call = model.call(0)

      one.leave()
      awaitUntil { call.isCancelled }
      val interrupted = executor.submit<Boolean> { Thread.currentThread().isInterrupted }.get()

      names shouldContainExactly listOf("shared")
      interrupted shouldBe false
      executor.shutdown()
    }

    test("who waits for a thread that is shut down is told, and was not cancelled itself") {
      val executor = Executors.newSingleThreadExecutor()
      val answers = AnswersFixture().answers { singleFlight().executor(executor) }
      val model = FakeModel()
      val one = Face.BLOCKING.ask(answers, QUESTION, model)
      model.call(0)
      val two = Face.SUSPEND.ask(answers, QUESTION, model)
      answers.awaitJoined(1)

      executor.shutdownNow()

      one
        .failure()
        .shouldBeInstanceOf<IllegalStateException>()
        .cause
        .shouldBeInstanceOf<InterruptedException>()
      (two.failure() is CancellationException) shouldBe false
      val three = Face.BLOCKING.ask(answers, QUESTION, model)
      three.failure().shouldBeInstanceOf<RejectedExecutionException>()
      answers.inFlight() shouldBe 0
    }

    test("the shared call of a coroutine does not know the deadline of who asked first") {
      val fixture = AnswersFixture()
      val answers = fixture.answers { singleFlight() }
      var left = ZERO

      withDeadline(Deadline.after(ofSeconds(5), fixture.time), fixture.time) {
        answers.callSuspend(QUESTION) {
          left = dev.holdfast.coroutines.currentDeadline(fixture.time).remaining(fixture.time)
          CompletableFuture.completedFuture("yes").await()
        }
      }

      (left > ofMinutes(1)) shouldBe true
    }

    test("whose deadline cannot be timed leaves the call, and is told why") {
      val refused = RejectedExecutionException("shut down")
      val time =
        object : Time by ManualTime() {
          override fun schedule(delay: Duration, task: Runnable) = throw refused
        }
      val resilience = Resilience.builder().model(Model.of("a")).time(time).build()
      val answers = answers<String>(resilience) { singleFlight() }
      val inquiry = answers.inquire(QUESTION, Deadline.after(ofSeconds(9), time))
      val upstream = CompletableFuture<Reply<String>>()

      val reply = inquiry.ask { upstream }

      reply.handle { _, thrown -> thrown }.join() shouldBeSameInstanceAs refused
      upstream.isCancelled shouldBe true
      answers.inFlight() shouldBe 0
    }
  })
