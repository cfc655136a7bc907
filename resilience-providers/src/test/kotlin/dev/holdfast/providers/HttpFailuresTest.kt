package dev.holdfast.providers

import dev.holdfast.outcome.FailureClass
import io.kotest.core.spec.style.FunSpec
import io.kotest.datatest.withData
import io.kotest.matchers.shouldBe
import java.time.Duration

class HttpFailuresTest :
  FunSpec({
    context("a status is a failure of its class") {
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
      ) { (status, expected) ->
        HttpFailures.of(status) { null }?.failureClass() shouldBe expected
      }
    }

    test("the wait hint comes with the failure") {
      val failure = HttpFailures.of(429) { name -> if (name == "retry-after") "7" else null }

      failure?.retryAfter() shouldBe Duration.ofSeconds(7)
    }
  })
