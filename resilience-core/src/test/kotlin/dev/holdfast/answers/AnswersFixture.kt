package dev.holdfast.answers

import dev.holdfast.Resilience
import dev.holdfast.bulkhead.awaitUntil
import dev.holdfast.coroutines.answers
import dev.holdfast.model.Feature
import dev.holdfast.model.Model
import dev.holdfast.outcome.FailureClass
import dev.holdfast.plan.CallRecord
import dev.holdfast.retry.Retry
import dev.holdfast.testing.Fault
import dev.holdfast.testing.FaultClassifier
import dev.holdfast.testkit.ManualTime
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeInstanceOf
import java.time.Duration
import java.util.concurrent.CopyOnWriteArrayList

/** The models `a` and `b`, one attempt each, in manual time; the features `chat` and `code`. */
class AnswersFixture {
  val time = ManualTime()
  val records = CopyOnWriteArrayList<CallRecord>()
  val resilience: Resilience =
    Resilience.builder()
      .model(Model.of("a"))
      .model(Model.of("b"))
      .feature(Feature.named("chat").build())
      .feature(Feature.named("code").build())
      .retry(Retry.builder().maxAttempts(1).build())
      .classifier(FaultClassifier)
      .time(time)
      .build()
      .apply { onCall { records += it } }

  /** Blocking attempts leave one timer between them, which finds nothing and is the last. */
  fun awaitNoTimer() {
    time.advance(Duration.ofMinutes(1))
    awaitUntil { time.scheduled() == 0 }
  }

  fun inMemory(): ResponseStore<String> = ResponseStore.inMemory(100, Duration.ofDays(1), time)

  fun similar(): SimilarAnswers<String> = SimilarAnswers.normalized(100, Duration.ofDays(1), time)

  fun answers(configure: AnswersBuilder<String>.() -> Unit): Answers<String> =
    answers(resilience) { configure() }
}

val QUESTION: Question = Question.of(RequestKey.of("acme", "1"))

/** That a model answered so, as long ago. */
fun Reply<String>.shouldBeAnswer(value: String, age: Duration) {
  shouldBeInstanceOf<Reply.Answered<String>>()
  this.value() shouldBe value
  age() shouldBe age
}

/** A model that answers at once with what [reply] says of the call's number, the first being 0. */
fun answering(reply: (Int) -> String): FakeModel {
  var number = 0
  return FakeModel { _, stage ->
    try {
      stage.complete(reply(number++))
    } catch (thrown: Exception) {
      stage.completeExceptionally(thrown)
    }
  }
}

fun down(kind: FailureClass = FailureClass.SERVER_ERROR): FakeModel = answering {
  throw Fault(kind)
}
