package dev.holdfast

import dev.holdfast.model.Model
import dev.holdfast.outcome.Classifier
import dev.holdfast.outcome.Failure
import dev.holdfast.outcome.FailureClass
import dev.holdfast.retry.Retry
import dev.holdfast.testkit.ManualTime
import dev.holdfast.throttle.GateClosedException
import dev.holdfast.throttle.QuotaReading
import dev.holdfast.throttle.ThrottleGate
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.assertions.throwables.shouldThrowAny
import io.kotest.core.spec.style.FunSpec
import io.kotest.datatest.withData
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import io.kotest.matchers.throwable.shouldHaveMessage
import java.io.IOException
import java.time.Duration

/** A failure of the class and the hint that a test gives it. */
private class Refusal(val failureClass: FailureClass, val hint: Duration? = Duration.ofMinutes(5)) :
  IOException()

private object RefusalClassifier : Classifier<Any?> {
  override fun ofException(thrown: Throwable): Failure =
    (thrown as Refusal).let { Failure(it.failureClass, it.hint, it) }
}

private val ONCE = Retry.builder().maxAttempts(1).build()

class SharedGatesTest :
  FunSpec({
    fun resilience(time: ManualTime) =
      Resilience.builder()
        .model(Model.named("a").quotaPool("pool").account("one").credential("key").build())
        .model(Model.named("b").quotaPool("pool").account("two").credential("key").build())
        .model(Model.named("c").account("one").build())
        .classifier(RefusalClassifier)
        .time(time)
        .build()

    context("a failure of the first model closes the gate of its scope for all who share it") {
      withData<Pair<FailureClass, List<String>>>(
        { it.first.name },
        FailureClass.RATE_LIMITED to listOf("c"),
        FailureClass.QUOTA_EXHAUSTED to listOf("b"),
        FailureClass.REGION_BLOCKED to listOf("b"),
        FailureClass.FORBIDDEN to listOf("b"),
        FailureClass.MODEL_NOT_FOUND to listOf("b"),
      ) { (failureClass, open) ->
        val resilience = resilience(ManualTime())
        resilience.call<String, IOException> {
          if (it.model() == "a") throw Refusal(failureClass) else it.model()
        }

        val asked = mutableListOf<String>()
        shouldThrowAny {
          resilience.call<String, IOException> {
            asked += it.model()
            throw Refusal(FailureClass.UNKNOWN)
          }
        }

        asked.take(1) shouldContainExactly open
        ("a" in asked) shouldBe false
      }
    }

    context("a failure that names no time closes the gate of its scope for its usual time") {
      withData<Pair<FailureClass, Long>>(
        { it.first.name },
        FailureClass.QUOTA_EXHAUSTED to 60,
        FailureClass.REGION_BLOCKED to 60,
        FailureClass.UNAUTHENTICATED to 60,
        FailureClass.FORBIDDEN to 60,
        FailureClass.MODEL_NOT_FOUND to 300,
        FailureClass.RATE_LIMITED to 0,
        FailureClass.INVALID_REQUEST to 0,
      ) { (failureClass, seconds) ->
        val time = ManualTime()
        val a = resilience(time).withChain(listOf("a")).withRetry(ONCE)
        fun isAsked(): Boolean {
          var asked = false
          runCatching {
            a.call<String, IOException> {
              asked = true
              throw Refusal(failureClass, null)
            }
          }
          return asked
        }

        isAsked() shouldBe true
        isAsked() shouldBe (seconds == 0L)
        // A gate that opens soon is waited for.
        time.advance(Duration.ofSeconds(maxOf(0, seconds - 20)))
        isAsked() shouldBe (seconds == 0L)
        time.advance(Duration.ofSeconds(20))
        isAsked() shouldBe true
      }
    }

    test("a credential that is not declared may be each caller's own, and shuts out nobody") {
      val resilience =
        Resilience.builder()
          .model(Model.of("a"))
          .classifier(RefusalClassifier)
          .retry(ONCE)
          .time(ManualTime())
          .build()
      for (failureClass in listOf(FailureClass.UNAUTHENTICATED, FailureClass.FORBIDDEN)) {
        shouldThrow<Refusal> {
          resilience.call<String, IOException> { throw Refusal(failureClass) }
        }
      }

      resilience.call<String, IOException> { "answer" } shouldBe "answer"
    }

    test("when all gates are closed the call is refused, and says when to come back") {
      val time = ManualTime()
      val resilience = resilience(time).withChain(listOf("a", "b"))
      val spent = mutableListOf<String>()
      shouldThrow<Refusal> {
        resilience.call<String, IOException> {
          spent += it.model()
          throw Refusal(FailureClass.RATE_LIMITED)
        }
      }
      spent shouldContainExactly listOf("a")

      val refused =
        shouldThrow<GateClosedException> { resilience.call<String, IOException> { "not asked" } }

      refused.retryAfter() shouldBe Duration.ofMinutes(5)
      time.advance(Duration.ofMinutes(5))
      resilience.call<String, IOException> { it.model() } shouldBe "a"
    }

    test("a reading with nothing left closes the gate until the reset") {
      val gate = ThrottleGate("pool")

      gate.read(QuotaReading(100, 25, Duration.ofSeconds(60)), 0)
      gate.headroom(0) shouldBe 0.25
      gate.closedNanos(0) shouldBe 0
      gate.read(QuotaReading(100, 0, Duration.ofSeconds(60)), 0)

      gate.headroom(1) shouldBe 0.0
      gate.closedNanos(0) shouldBe Duration.ofSeconds(60).toNanos()
      gate.closedNanos(Duration.ofSeconds(60).toNanos()) shouldBe 0
      gate.headroom(Duration.ofSeconds(60).toNanos()) shouldBe 1.0
    }

    test("readings that cannot be are refused") {
      shouldThrow<IllegalArgumentException> { QuotaReading(0, 0, Duration.ZERO) }
        .shouldHaveMessage("limit must be at least 1, but was 0")
      shouldThrow<IllegalArgumentException> { QuotaReading(1, -1, Duration.ZERO) }
        .shouldHaveMessage("remaining must not be negative, but was -1")
      shouldThrow<IllegalArgumentException> { QuotaReading(1, 1, Duration.ofSeconds(-1)) }
        .shouldHaveMessage("resetsIn must not be negative, but was PT-1S")
    }
  })
