package dev.holdfast.answers

import dev.holdfast.answers.Reply.Degraded
import dev.holdfast.bulkhead.awaitUntil
import dev.holdfast.outcome.FailureClass
import dev.holdfast.plan.CallRecord.Ending
import dev.holdfast.testing.Fault
import dev.holdfast.time.Deadline
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeInstanceOf
import java.time.Duration

/** What a reply tells of the call that came to it. */
class ReplyRecordTest :
  FunSpec({
    Face.entries.forEach { face ->
      test("$face: who waited for the call of another can tell which model served") {
        with(AnswersFixture()) {
          val answers = answers { singleFlight() }
          val model = FakeModel()
          val one = face.ask(answers, QUESTION, model)
          model.call(0)
          val two = face.ask(answers, QUESTION, FakeModel())
          awaitUntil { answers.counts().joined() == 1L }

          model.call(0).completeExceptionally(Fault(FailureClass.SERVER_ERROR))
          model.call(1).complete("yes")

          val record = two.reply().record().shouldNotBeNull()
          record.served shouldBe "b"
          record.ending shouldBe Ending.ANSWERED
          record.attempts.map { it.model } shouldBe listOf("a", "b")
          one.reply().record() shouldBe record
          records.single() shouldBe record
        }
      }

      test("$face: a question of one's own has its record, and a kept answer none") {
        with(AnswersFixture()) {
          val answers = answers { store(inMemory()).replayFor(Duration.ofMinutes(5)) }

          val fresh = face.ask(answers, QUESTION, answering { "yes" }).reply()
          val kept = face.ask(answers, QUESTION, answering { "never" }).reply()

          fresh.record() shouldBe records.single()
          kept.value() shouldBe "yes"
          kept.record().shouldBeNull()
        }
      }

      test("$face: a degraded answer has the record of the call that failed") {
        with(AnswersFixture()) {
          val answers = answers { staticAnswer { "sorry" } }

          val reply = face.ask(answers, QUESTION, down()).reply()

          reply.shouldBeInstanceOf<Degraded<String>>()
          reply.record() shouldBe records.single()
          records.single().ending shouldBe Ending.DEGRADED
        }
      }
    }

    test("who does not wait for the end of the call has no record of it") {
      with(AnswersFixture()) {
        val answers = answers { singleFlight().staticAnswer { "sorry" } }
        val first = Face.FUTURES.ask(answers, QUESTION, FakeModel())
        val hasty = answers.within(Deadline.after(Duration.ofSeconds(3), time))
        val two = Face.FUTURES.ask(hasty, QUESTION, FakeModel())

        time.advance(Duration.ofSeconds(3))

        two.reply().shouldBeInstanceOf<Degraded<String>>().record().shouldBeNull()
        first.leave()
      }
    }
  })
