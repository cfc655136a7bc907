package dev.holdfast.outcome

import dev.holdfast.outcome.FailureClass.SERVER_ERROR
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.throwable.shouldHaveMessage
import java.time.Duration

class FailureTest :
  FunSpec({
    test("a failure tells neither the text of its cause nor a prompt") {
      val failure = Failure.of(SERVER_ERROR, IllegalStateException("my secret prompt"))

      failure.toString() shouldBe
        "Failure[SERVER_ERROR, retryAfter=null, cause=IllegalStateException]"
      Failure(SERVER_ERROR, Duration.ofSeconds(2), null).toString() shouldBe
        "Failure[SERVER_ERROR, retryAfter=PT2S, cause=none]"
    }

    test("a negative hint is refused") {
      shouldThrow<IllegalArgumentException> {
        Failure(SERVER_ERROR, Duration.ofSeconds(-2), null)
      } shouldHaveMessage "retryAfter must not be negative, but was PT-2S"
    }

    test("our own exceptions say what happened, and carry no stack trace") {
      val late = AttemptTimeoutException("sonnet", Duration.ofMillis(1500))
      val over = DeadlineExceededException()

      late shouldHaveMessage "'sonnet' gave no answer within PT1.5S"
      late.model() shouldBe "sonnet"
      late.timeout() shouldBe Duration.ofMillis(1500)
      over shouldHaveMessage "The deadline of the call has passed; no further model was asked"
      over.retryAfter() shouldBe Duration.ZERO
      listOf(late, over).forEach { it.stackTrace.size shouldBe 0 }
    }
  })
