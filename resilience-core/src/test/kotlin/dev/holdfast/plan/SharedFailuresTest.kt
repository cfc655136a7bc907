package dev.holdfast.plan

import dev.holdfast.Resilience
import dev.holdfast.model.Model
import dev.holdfast.outcome.FailureClass.UNKNOWN
import dev.holdfast.retry.Retry
import dev.holdfast.testing.Fault
import dev.holdfast.testing.FaultClassifier
import dev.holdfast.testing.earlier
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.ints.shouldBeLessThan
import io.kotest.matchers.shouldBe
import java.io.IOException

private fun Resilience.throwing(failures: (String) -> Exception): Throwable? =
  runCatching { call<String, Exception> { throw failures(it.target) } }.exceptionOrNull()

/** One exception object that is thrown by many calls, as those without a stack trace often are. */
class SharedFailuresTest :
  FunSpec({
    fun resilience(vararg models: String) =
      Resilience.builder()
        .apply { models.forEach { model(Model.of(it)) } }
        .retry(Retry.builder().maxAttempts(1).build())
        .classifier(FaultClassifier)
        .build()

    test("the record of the latest call is found, however many threw the same object") {
      val same = Fault(UNKNOWN)
      val resilience = resilience("a")

      repeat(40) { number ->
        val thrown = resilience.forModel("model $number").throwing { same }

        CallRecord.of(checkNotNull(thrown))?.requested() shouldBe "model $number"
      }

      same.suppressed.size shouldBeLessThan 5
    }

    test("the record is found although other calls have left their earlier failures") {
      val same = Fault(UNKNOWN)
      val resilience = resilience("a", "b")

      repeat(40) { resilience.throwing { target -> if (target == "b") same else Fault(UNKNOWN) } }
      val thrown = resilience.forModel("b").throwing { same }

      CallRecord.of(checkNotNull(thrown))?.requested() shouldBe "b"
      same.earlier().size shouldBeLessThan 17
    }

    test("the record of a call around another one is found before that of the inner one") {
      val outer = resilience("outer")
      val inner = resilience("inner")
      val same = Fault(UNKNOWN)

      repeat(20) {
        outer.throwing { checkNotNull(inner.throwing { same }) as Exception }

        CallRecord.of(same)?.requested() shouldBe "outer"
      }
    }

    test("a record is found in an exception that was given others by somebody else") {
      val crowded = IOException()
      repeat(20) { crowded.addSuppressed(IOException()) }

      resilience("a").throwing { crowded }

      CallRecord.of(crowded)?.requested() shouldBe "a"
    }
  })
