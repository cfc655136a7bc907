package dev.holdfast.answers

import dev.holdfast.answers.Reply.Degraded
import dev.holdfast.answers.Reply.Source
import dev.holdfast.outcome.FailureClass
import dev.holdfast.plan.CallRecord
import dev.holdfast.plan.CallRecord.Ending
import dev.holdfast.testing.Fault
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeInstanceOf
import io.kotest.matchers.types.shouldBeSameInstanceAs
import java.time.Duration.ZERO
import java.time.Duration.ofMinutes
import java.time.Duration.ofSeconds

class AnswersTest :
  FunSpec({
    for (face in Face.entries) {
      for (shared in listOf(false, true)) {
        val how = "$face${if (shared) ", shared" else ""}"

        fun AnswersFixture.kept(configure: AnswersBuilder<String>.() -> Unit = {}) = answers {
          if (shared) singleFlight()
          configure()
        }

        fun Answers<String>.ask(model: FakeModel, question: Question = QUESTION) =
          face.ask(this, question, model).reply()

        fun Answers<String>.failure(model: FakeModel, question: Question = QUESTION) =
          face.ask(this, question, model).failure()

        test("$how: with nothing configured it answers as the resilience does") {
          val answers = AnswersFixture().kept()

          answers.ask(answering { "yes" }).shouldBeAnswer("yes", ZERO)
          val failure = answers.failure(down())

          failure.shouldBeInstanceOf<Fault>().suppressed.count { it is Fault } shouldBe 1
          CallRecord.of(failure).shouldNotBeNull().ending shouldBe Ending.FAILED
          answers.counts() shouldBe AnswerCounts(2, 0, 0, 0, 0, 0, 0)
        }

        test("$how: a young answer is given again without a model, an older one is not") {
          val fixture = AnswersFixture()
          val answers = fixture.kept { store(fixture.inMemory()).replayFor(ofMinutes(5)) }
          val model = answering { "answer $it" }

          answers.ask(model)
          fixture.time.advance(ofMinutes(5).minusNanos(1))
          answers.ask(model).shouldBeAnswer("answer 0", ofMinutes(5).minusNanos(1))
          fixture.time.advance(ofSeconds(1))
          answers.ask(model).shouldBeAnswer("answer 1", ZERO)

          model.calls.size shouldBe 2
          fixture.records.size shouldBe 2
          answers.counts().replayed() shouldBe 1
        }

        test("$how: tenants, features and requests share no answer") {
          val fixture = AnswersFixture()
          val store = fixture.inMemory()
          val similar = fixture.similar()
          fun of(feature: String) =
            Answers.of<String>(fixture.resilience.feature(feature))
              .apply { if (shared) singleFlight() }
              .store(store)
              .replayFor(ofMinutes(5))
              .similar(similar)
              .build()
          val model = answering {
            if (it < 4) "answer $it" else throw Fault(FailureClass.OVERLOADED)
          }
          fun question(tenant: String, id: String) = Question.of(RequestKey.of(tenant, id), "Hello")

          of("chat").ask(model, question("acme", "1")).value() shouldBe "answer 0"
          of("chat").ask(model, question("other", "1")).value() shouldBe "answer 1"
          of("code").ask(model, question("acme", "1")).value() shouldBe "answer 2"
          of("chat").ask(model, question("acme", "2")).value() shouldBe "answer 3"

          of("chat").ask(model, question("other", "1")).value() shouldBe "answer 1"
          of("code").failure(model, question("other", "1")).shouldBeInstanceOf<Fault>()
          of("code").ask(model, question("acme", "3")).value() shouldBe "answer 2"
        }

        test("$how: what stands in is the same answer, then a similar one, then the static one") {
          val fixture = AnswersFixture()
          val answers =
            fixture.kept {
              store(fixture.inMemory()).degradeWithin(ofMinutes(5))
              similar(fixture.similar()).staticAnswer { "sorry, ${it.attempts}" }
            }
          val known = Question.of(RequestKey.of("acme", "1"), "What is it?")
          val alike = Question.of(RequestKey.of("acme", "2"), " what  IS it ")
          val unknown = Question.of(RequestKey.of("acme", "3"), "What was it?")
          answers.ask(answering { "it" }, known)
          fixture.time.advance(ofSeconds(9))

          fun degraded(question: Question): Triple<String, Source, Long> =
            answers.ask(down(), question).shouldBeInstanceOf<Degraded<String>>().let {
              it.reason.last().failureClass shouldBe FailureClass.SERVER_ERROR
              Triple(it.value, it.source, it.age.toSeconds())
            }

          degraded(known) shouldBe Triple("it", Source.CACHED_EXACT, 9)
          degraded(alike) shouldBe Triple("it", Source.CACHED_SIMILAR, 9)
          degraded(unknown) shouldBe Triple("sorry, 2", Source.STATIC, 0)
          fixture.time.advance(ofMinutes(5))
          degraded(known).second shouldBe Source.CACHED_SIMILAR

          fixture.records.map { it.ending } shouldContainExactly
            listOf(Ending.ANSWERED) + List(4) { Ending.DEGRADED }
          answers.counts().degraded() shouldBe 4
        }

        test("$how: nothing degraded is kept") {
          val fixture = AnswersFixture()
          val store = FakeStore()
          val answers =
            fixture.kept {
              store(store).replayFor(ofMinutes(5)).degradeWithin(ofMinutes(5))
              similar(fixture.similar()).staticAnswer { "sorry" }
            }

          repeat(2) { answers.ask(down()).shouldBeInstanceOf<Degraded<String>>() }

          store.puts.shouldBeEmpty()
          answers.ask(answering { "yes" }).shouldBeAnswer("yes", ZERO)
          store.puts.size shouldBe 1
        }

        test(
          "$how: when nothing stands in the failure is thrown as if nothing had been configured"
        ) {
          val fixture = AnswersFixture()
          val answers =
            fixture.kept {
              store(fixture.inMemory()).degradeWithin(ofMinutes(5)).similar(fixture.similar())
            }

          val failure = answers.failure(down())

          failure.shouldBeInstanceOf<Fault>().suppressed.count { it is Fault } shouldBe 1
          CallRecord.of(failure).shouldNotBeNull().ending shouldBe Ending.FAILED
          fixture.records.map { it.ending } shouldContainExactly listOf(Ending.FAILED)
        }

        test("$how: a result that is a failure is returned but not kept") {
          val store = FakeStore()
          val answers = AnswersFixture().kept { store(store).degradeWithin(ofMinutes(5)) }

          answers.ask(answering { "bad" }).value() shouldBe "bad"

          store.puts.shouldBeEmpty()
        }

        test("$how: a failure that the caller must see is not degraded") {
          val answers = AnswersFixture().kept { staticAnswer { "sorry" } }

          answers.failure(down(FailureClass.CONTENT_REFUSED)).shouldBeInstanceOf<Fault>()
        }

        test("$how: a static answer that throws ends the call") {
          val fixture = AnswersFixture()
          val broken = IllegalStateException("no guidance")
          val answers = fixture.kept { staticAnswer { throw broken } }

          answers.failure(down()).shouldBeInstanceOf<IllegalStateException>().message shouldBe
            broken.message

          fixture.records.single().ending shouldBe Ending.FAILED
          answers.inFlight() shouldBe 0
        }

        test("$how: the key is the same for all attempts and models") {
          val store = FakeStore()
          val answers =
            AnswersFixture().kept {
              store(store).replayFor(ofMinutes(5)).degradeWithin(ofMinutes(5))
            }
          val model = answering { if (it == 0) throw Fault(FailureClass.OVERLOADED) else "b" }

          answers.ask(model)

          model.calls.size shouldBe 2
          (store.asked + store.puts).distinct() shouldContainExactly listOf(QUESTION.key)
          store.puts.size shouldBe 1
        }
      }
    }

    for (face in Face.entries) {
      test("$face: a failure that is not shared is the model's own exception") {
        val fault = Fault(FailureClass.INVALID_REQUEST)

        val failure = face.ask(AnswersFixture().answers {}, QUESTION, answering { throw fault })

        if (face != Face.SUSPEND) failure.failure() shouldBeSameInstanceAs fault
        else failure.failure().shouldBeInstanceOf<Fault>()
      }
    }
  })
