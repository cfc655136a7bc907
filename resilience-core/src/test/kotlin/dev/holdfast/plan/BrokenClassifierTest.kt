package dev.holdfast.plan

import dev.holdfast.outcome.Classifier
import dev.holdfast.outcome.Failure
import dev.holdfast.outcome.FailureClass.OVERLOADED
import dev.holdfast.outcome.FailureClass.UNKNOWN
import dev.holdfast.testing.Fault
import dev.holdfast.testing.earlier
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeInstanceOf
import io.kotest.matchers.types.shouldBeSameInstanceAs
import java.io.IOException

class BrokenClassifierTest :
  FunSpec({
    listOf(IllegalStateException("broken"), IOException("broken"), AssertionError("broken"))
      .forEach { broken ->
        val classifier =
          object : Classifier<String> {
            override fun ofResult(result: String): Failure? = throw broken

            override fun ofException(thrown: Throwable): Failure = throw broken
          }

        test("a classifier that throws ${broken::class.simpleName} makes an exception unknown") {
          with(PlanFixture("a")) {
            val plan = plan(classifier = classifier)
            plan.next()
            val thrown = Fault(OVERLOADED)

            val end = plan.threw(thrown).shouldBeInstanceOf<Step.Throw<String>>()

            end.failure shouldBeSameInstanceAs thrown
            thrown.earlier() shouldContainExactly listOf(broken)
            breaker("a").failures() shouldBe 0
          }
        }

        test("a classifier that throws ${broken::class.simpleName} makes a result unknown") {
          with(PlanFixture()) {
            trace(
              plan(classifier = classifier),
              answers("first"),
              answers("last"),
            ) shouldContainExactly listOf("a", "b", "return last")
          }
        }
      }

    test("a classifier that forgets what was thrown does not lose it") {
      val forgetful = classifier { Failure(OVERLOADED, null, null) }
      with(PlanFixture("a", retry = PlanFixture.retry { maxAttempts(1) })) {
        val plan = plan(classifier = forgetful)
        plan.next()
        val thrown = IOException()

        val end = plan.threw(thrown).shouldBeInstanceOf<Step.Throw<String>>()

        end.failure shouldBeSameInstanceAs thrown
        breaker("a").failures() shouldBe 1
      }
    }

    test("a classifier that puts another exception in the place of the thrown one is believed") {
      val meaning = IOException()
      val translating = classifier { Failure.of(UNKNOWN, meaning) }
      with(PlanFixture("a")) {
        val plan = plan(classifier = translating)
        plan.next()

        plan
          .threw(Fault(OVERLOADED))
          .shouldBeInstanceOf<Step.Throw<String>>()
          .failure shouldBeSameInstanceAs meaning
      }
    }
  })

private fun classifier(answer: (Throwable) -> Failure) =
  object : Classifier<String> {
    override fun ofException(thrown: Throwable): Failure = answer(thrown)
  }
