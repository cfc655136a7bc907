package dev.holdfast.providers.stream

import dev.holdfast.outcome.FailureClass
import dev.holdfast.providers.Provider
import dev.holdfast.providers.WireProtocol
import dev.holdfast.providers.failure.FailureRules
import dev.holdfast.providers.wait.WaitHint
import dev.holdfast.providers.wait.WaitSource
import io.kotest.core.spec.style.FunSpec
import io.kotest.datatest.withData
import io.kotest.matchers.shouldBe
import java.time.Duration

private fun error(
  status: Int? = null,
  type: String? = null,
  code: String? = null,
  detail: String? = null,
) = StreamError(status, type, code, detail, null)

class StreamErrorClassifierTest :
  FunSpec({
    context("the names of an error decide, and its status where no rule knows them") {
      withData<Pair<StreamError, FailureClass>>(
        { "${it.first}" },
        error() to FailureClass.STREAM_BROKEN,
        error(type = "lunch_error") to FailureClass.STREAM_BROKEN,
        error(type = "lunch_error", status = 429) to FailureClass.RATE_LIMITED,
        error(type = "lunch_error", status = 200) to FailureClass.STREAM_BROKEN,
        error(code = "429") to FailureClass.RATE_LIMITED,
        error(code = "3505") to FailureClass.OVERLOADED,
        error(status = 429, code = "3505") to FailureClass.OVERLOADED,
        error(status = 502, detail = "provider_overloaded") to FailureClass.OVERLOADED,
        error(type = "rate_limit_error", code = "insufficient_quota") to
          FailureClass.QUOTA_EXHAUSTED,
        error(type = "ServiceQuotaExceededException") to FailureClass.QUOTA_EXHAUSTED,
        error(type = "invalid_request_error", code = "content_filter") to
          FailureClass.CONTENT_REFUSED,
        error(code = "refusal") to FailureClass.CONTENT_REFUSED,
        error(code = "unsupported_country_region_territory") to FailureClass.REGION_BLOCKED,
        error(code = "model_context_window_exceeded") to FailureClass.CONTEXT_TOO_LONG,
        error(429, "modelStreamErrorException") to FailureClass.RATE_LIMITED,
        error(529, "modelStreamErrorException") to FailureClass.OVERLOADED,
        error(400, "ModelErrorException") to FailureClass.INVALID_REQUEST,
        error(200, "modelStreamErrorException") to FailureClass.SERVER_ERROR,
        error(type = "modelStreamErrorException") to FailureClass.SERVER_ERROR,
        error(type = "modelNotReadyException") to FailureClass.MODEL_NOT_READY,
        error(type = "request_too_large") to FailureClass.REQUEST_TOO_LARGE,
        error(type = "deadline_exceeded") to FailureClass.SERVER_ERROR,
        error(type = "timeout_error") to FailureClass.SERVER_ERROR,
        error(type = "ModelTimeoutException") to FailureClass.TIMED_OUT,
        error(detail = "timeout") to FailureClass.TIMED_OUT,
        error(code = "Arrearage") to FailureClass.QUOTA_EXHAUSTED,
        error(code = "account_deactivated") to FailureClass.QUOTA_EXHAUSTED,
        error(detail = "BILLING_DISABLED") to FailureClass.QUOTA_EXHAUSTED,
        error(detail = "CONSUMER_SUSPENDED") to FailureClass.QUOTA_EXHAUSTED,
        error(code = "organization_restricted") to FailureClass.UNAUTHENTICATED,
        error(detail = "ACCESS_TOKEN_EXPIRED") to FailureClass.UNAUTHENTICATED,
        error(type = "IncompleteSignatureException") to FailureClass.UNAUTHENTICATED,
        error(type = "MissingAuthenticationTokenException") to FailureClass.UNAUTHENTICATED,
        error(type = "invalid_model") to FailureClass.MODEL_NOT_FOUND,
        error(code = "model_terms_required") to FailureClass.MODEL_NOT_FOUND,
        error(code = "model_decommissioned") to FailureClass.MODEL_NOT_FOUND,
        error(code = "model_not_active") to FailureClass.MODEL_NOT_FOUND,
        error(code = "data_inspection_failed") to FailureClass.CONTENT_REFUSED,
        error(type = "exceed_context_size_error") to FailureClass.CONTEXT_TOO_LONG,
        error(type = "payment_required") to FailureClass.QUOTA_EXHAUSTED,
        error(type = "DeploymentNotFound") to FailureClass.MODEL_NOT_FOUND,
        error(type = "x".repeat(1000)) to FailureClass.STREAM_BROKEN,
      ) { (error, expected) ->
        StreamErrorClassifier.STANDARD.classify(error) shouldBe expected
      }
    }

    context("the message is to the rules what that of a response is") {
      data class Row(val error: StreamError, val message: String, val expected: FailureClass)
      withData<Row>(
        { "${it.error}: ${it.message}" },
        Row(error(type = "rate_limit_error"), "tokens per day", FailureClass.QUOTA_EXHAUSTED),
        Row(error(type = "throttlingException"), "slow down", FailureClass.RATE_LIMITED),
        Row(error(code = "429"), "tokens per day", FailureClass.QUOTA_EXHAUSTED),
        Row(error(type = "lunch_error"), "tokens per day", FailureClass.STREAM_BROKEN),
        Row(error(type = "api_error"), "tokens per day", FailureClass.SERVER_ERROR),
        Row(error(), "tokens per day, credit balance, 429", FailureClass.STREAM_BROKEN),
      ) { (error, message, expected) ->
        StreamErrorClassifier.of(Provider.BEDROCK).classify(error, message) shouldBe expected
      }
    }

    test("a classifier of one's own is shown the message, decoded and cut, or asked without it") {
      val messages = mutableListOf<String>()
      val reading =
        object : StreamErrorClassifier {
          override fun classify(error: StreamError) = FailureClass.UNKNOWN

          override fun classify(error: StreamError, message: String): FailureClass {
            messages += message
            return FailureClass.OVERLOADED
          }
        }
      fun verdict(message: String, classifier: StreamErrorClassifier) =
        StreamGuard.of(WireProtocol.OPENAI_CHAT, classifier)
          .apply {
            feed("data: {\"error\":{\"code\":1,\"message\":\"$message\"}}\n\n".toByteArray())
          }
          .end()
          .toFailure()
          ?.failureClass()

      verdict("s\\u00e4id \\\"so\\\"", reading) shouldBe FailureClass.OVERLOADED
      verdict("x".repeat(3_000), reading) shouldBe FailureClass.OVERLOADED
      verdict("", reading) shouldBe FailureClass.OVERLOADED
      messages shouldBe listOf("säid \"so\"", "x".repeat(2_000), "")
      verdict("said", { FailureClass.CONFLICT }) shouldBe FailureClass.CONFLICT
    }

    test("a wait that only the message asks for says so") {
      val guard = StreamGuard.of(WireProtocol.OPENAI_CHAT)
      guard.feed(
        "data: {\"error\":{\"code\":\"429\",\"message\":\"Try again in 7s.\"}}\n\n".toByteArray()
      )

      (guard.end() as StreamVerdict.Errored).error!!.waitHint shouldBe
        WaitHint(Duration.ofSeconds(7), WaitSource.TEXT)
    }

    test("rules of one's own come first, with the provider and the status that they ask for") {
      val own =
        FailureRules.parse(
          "OVERLOADED type=lunch_error\nQUOTA_EXHAUSTED provider=mistral status=403 code=broke",
          "own.txt",
        )
      val classifier = StreamErrorClassifier.of(Provider.MISTRAL, FailureRules.standard().plus(own))

      classifier.classify(error(type = "lunch_error")) shouldBe FailureClass.OVERLOADED
      classifier.classify(error(403, code = "broke")) shouldBe FailureClass.QUOTA_EXHAUSTED
      StreamErrorClassifier.of(Provider.OPENAI, own).classify(error(403, code = "broke")) shouldBe
        FailureClass.STREAM_BROKEN
    }
  })
