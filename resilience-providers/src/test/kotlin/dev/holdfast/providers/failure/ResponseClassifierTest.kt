package dev.holdfast.providers.failure

import dev.holdfast.outcome.FailureClass
import dev.holdfast.providers.Provider
import dev.holdfast.providers.wait.WaitHint
import dev.holdfast.providers.wait.WaitSource
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.datatest.withData
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldNotContain
import java.io.IOException
import java.time.Duration

class ResponseClassifierTest :
  FunSpec({
    val classifier = ResponseClassifier.of(Provider.OPENAI_COMPATIBLE)

    context("a status alone is a failure of its class") {
      withData<Pair<Int, FailureClass?>>(
        { it.first.toString() },
        200 to null,
        204 to null,
        302 to null,
        399 to null,
        400 to FailureClass.INVALID_REQUEST,
        401 to FailureClass.UNAUTHENTICATED,
        402 to FailureClass.QUOTA_EXHAUSTED,
        403 to FailureClass.FORBIDDEN,
        404 to FailureClass.MODEL_NOT_FOUND,
        408 to FailureClass.TIMED_OUT,
        409 to FailureClass.CONFLICT,
        410 to FailureClass.MODEL_NOT_FOUND,
        413 to FailureClass.REQUEST_TOO_LARGE,
        418 to FailureClass.INVALID_REQUEST,
        422 to FailureClass.INVALID_REQUEST,
        429 to FailureClass.RATE_LIMITED,
        500 to FailureClass.SERVER_ERROR,
        502 to FailureClass.SERVER_ERROR,
        503 to FailureClass.OVERLOADED,
        504 to FailureClass.SERVER_ERROR,
        529 to FailureClass.OVERLOADED,
        599 to FailureClass.SERVER_ERROR,
        600 to FailureClass.UNKNOWN,
      ) { (status, expected) ->
        classifier.classify(status, { null })?.failureClass shouldBe expected
      }
    }

    test("nothing of a success is looked at") {
      classifier.classify(200, { error("no header is asked for") }, "<html>").shouldBeNull()
    }

    test("what an SDK threw is a failure whatever its status") {
      classifier.classifyError(200, { null }).failureClass shouldBe FailureClass.UNKNOWN
      classifier.classifyError(200, { null }, """{"id":"x"}""").failureClass shouldBe
        FailureClass.UNKNOWN
      classifier
        .classifyError(200, { null }, """{"type":"error","error":{"type":"overloaded_error"}}""")
        .failureClass shouldBe FailureClass.OVERLOADED
    }

    test("a plan gets the class, the wait and the exception") {
      val thrown = IOException("x")
      val failure =
        classifier.classifyError(429, { if (it == "retry-after") "7" else null }).toFailure(thrown)

      failure.failureClass() shouldBe FailureClass.RATE_LIMITED
      failure.retryAfter() shouldBe Duration.ofSeconds(7)
      failure.cause() shouldBe thrown
    }

    test("nothing of the response's words is in the text of a failure") {
      val body =
        """{"error":{"message":"SECRET","type":"SECRET","code":"SECRET"},"request_id":"SE CRET"}"""

      classifier
        .classifyError(400, { if (it == "x-request-id") "SE\nCRET" else null }, body)
        .toString() shouldNotContain "CRET"
    }

    test("where a quota is used up, only retry-after is believed") {
      val body = """{"error":{"code":"insufficient_quota","message":"Try again in 2s"}}"""
      val headers = mapOf("x-ratelimit-remaining" to "0", "x-ratelimit-reset" to "1s")

      classifier.classifyError(429, headers::get, body).waitHint.shouldBeNull()
      classifier.classifyError(429, (headers + ("retry-after" to "9"))::get, body).waitHint shouldBe
        WaitHint(Duration.ofSeconds(9), WaitSource.RETRY_AFTER)
    }

    test("an error is read as far as 65,536 characters") {
      fun body(blanks: Int) = " ".repeat(blanks) + """{"error":{"code":"insufficient_quota"}}"""

      classifier.classifyError(429, { null }, body(1000)).failureClass shouldBe
        FailureClass.QUOTA_EXHAUSTED
      classifier.classifyError(429, { null }, body(65_536)).failureClass shouldBe
        FailureClass.RATE_LIMITED
    }

    test("words far behind the start of a message could be anybody's") {
      fun classOf(blanks: Int) =
        classifier
          .classifyError(
            400,
            { null },
            """{"error":{"message":"${" ".repeat(blanks)}prompt is too long"}}""",
          )
          .failureClass

      classOf(482) shouldBe FailureClass.CONTEXT_TOO_LONG
      classOf(483) shouldBe FailureClass.INVALID_REQUEST
    }

    test("an answer is read to its end") {
      val answer =
        """{"choices":[{"message":{"content":"${"x".repeat(100_000)}"},"finish_reason":"content_filter"}]}"""

      classifier.classifyAnswer(200, { null }, answer)?.failureClass shouldBe
        FailureClass.CONTENT_REFUSED
    }

    val bytes: Map<String, (String) -> ByteArray> =
      mapOf(
        "bytes" to { it.toByteArray() },
        "bytes behind a mark of their order" to { "\uFEFF$it".toByteArray() },
      )
    context("an answer means as bytes what it means as text") {
      withData<String>(
        { "'$it'" },
        listOf(
          """{"choices":[{"message":{"content":"Grüße 😀"},"finish_reason":"stop"}]}""",
          """{"choices":[{"message":{"content":"ü"},"finish_reason":"content_filter"}]}""",
          """{"error":{"code":429,"message":"ü\nü: wait 3 seconds"}}""",
          """{"error":{"code":"Ä\u00c4"}}""",
          "über",
          "",
        ),
      ) { answer ->
        val meaning = classifier.classifyAnswer(200, { null }, answer)
        for ((name, encode) in bytes) {
          withClue(name) {
            classifier.classifyAnswer(200, { null }, encode(answer)) shouldBe meaning
          }
        }
      }
    }

    test("an answer may be a part of its bytes") {
      val answer = """{"choices":[{"finish_reason":"content_filter"}]}"""
      val bytes = "}}$answer{{".toByteArray()

      classifier.classifyAnswer(200, { null }, bytes, 2, bytes.size - 2)?.failureClass shouldBe
        FailureClass.CONTENT_REFUSED
      shouldThrow<IndexOutOfBoundsException> {
        classifier.classifyAnswer(200, { null }, bytes, 2, bytes.size + 1)
      }
    }
  })
