package dev.holdfast.outcome

import dev.holdfast.outcome.FailureClass.SERVER_ERROR
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldNotContain
import io.kotest.matchers.throwable.shouldHaveMessage
import io.kotest.matchers.types.shouldBeInstanceOf
import java.io.ByteArrayInputStream
import java.io.ByteArrayOutputStream
import java.io.ObjectInputStream
import java.io.ObjectOutputStream
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

    test(
      "the exceptions of streams tell the model and how far it came, and no content in a message"
    ) {
      val gap = AttemptTimeoutException.ofGap("sonnet", Duration.ofSeconds(9))
      val broken = IncompleteStreamException("haiku")
      val interrupted = StreamInterruptedException("sonnet", 1_200, listOf("a", null), gap)

      gap shouldHaveMessage "'sonnet' sent no further content for PT9S"
      broken.model() shouldBe "haiku"
      interrupted shouldHaveMessage "The stream of 'sonnet' was interrupted after 1200 contents"
      interrupted.model() shouldBe "sonnet"
      interrupted.contents() shouldBe 1_200
      interrupted.received() shouldBe listOf("a", null)
      interrupted.cause shouldBe gap
    }

    test("what had arrived of an interrupted stream stays where it arrived") {
      val bytes = ByteArrayOutputStream()
      ObjectOutputStream(bytes).use {
        it.writeObject(StreamInterruptedException("sonnet", 1, listOf("my secret answer"), null))
      }

      val read = ObjectInputStream(ByteArrayInputStream(bytes.toByteArray())).readObject()

      read.shouldBeInstanceOf<StreamInterruptedException>().received() shouldBe emptyList()
      bytes.toString(Charsets.ISO_8859_1) shouldNotContain "secret"
    }
  })
