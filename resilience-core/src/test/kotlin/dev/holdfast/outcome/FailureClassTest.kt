package dev.holdfast.outcome

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactlyInAnyOrder
import io.kotest.matchers.shouldBe

/** The four answers of every class. A change of one of them is a change for every caller. */
class FailureClassTest :
  FunSpec({
    val table =
      """
      |RATE_LIMITED           THROTTLE      YES   OTHER_QUOTA_POOL GOES_ON
      |REQUEST_EXCEEDS_LIMIT  NONE          NEVER OTHER_QUOTA_POOL GOES_ON
      |QUOTA_EXHAUSTED        ACCOUNT       NEVER OTHER_ACCOUNT    GOES_ON
      |OVERLOADED             MODEL         YES   ANY              GOES_ON
      |MODEL_NOT_READY        NONE          YES   ANY              GOES_ON
      |SERVER_ERROR           MODEL         YES   ANY              GOES_ON
      |TIMED_OUT              MODEL         ONCE  ANY              GOES_ON
      |CONNECTION_FAILED      HOST          YES   ANY              GOES_ON
      |CONNECTION_LOST        HOST          ONCE  ANY              GOES_ON
      |NOT_PROCESSED          NONE          YES   ANY              GOES_ON
      |MALFORMED_ANSWER       MODEL         ONCE  ANY              GOES_ON
      |EMPTY_ANSWER           NONE          ONCE  ANY              GOES_ON
      |STREAM_BROKEN          MODEL         ONCE  ANY              GOES_ON
      |STREAM_INTERRUPTED     MODEL         NEVER NONE             SURFACES
      |UNTRUSTED_SERVER       NONE          NEVER ANY              SURFACES
      |CONFLICT               NONE          YES   ANY              GOES_ON
      |REQUEST_TOO_LARGE      NONE          NEVER ANY              GOES_ON
      |CONTEXT_TOO_LONG       NONE          NEVER LARGER_CONTEXT   GOES_ON
      |CONTENT_REFUSED        NONE          NEVER ANY              SURFACES
      |INVALID_REQUEST        NONE          NEVER ANY              SURFACES
      |UNAUTHENTICATED        CREDENTIAL    NEVER OTHER_CREDENTIAL SURFACES
      |FORBIDDEN              ACCESS        NEVER ANY              GOES_ON
      |REGION_BLOCKED         ACCOUNT       NEVER OTHER_ACCOUNT    GOES_ON
      |MODEL_NOT_FOUND        CONFIGURATION NEVER ANY              GOES_ON
      |LOCAL_ERROR            NONE          NEVER NONE             SURFACES
      |REJECTED               NONE          NEVER ANY              GOES_ON
      |UNKNOWN                NONE          NEVER ANY              GOES_ON
      """
        .trimMargin()
        .lines()
        .map { it.trim().split(Regex(" +")) }

    table.forEach { (name, health, retry, fallback, surfaces) ->
      test("$name: counts against $health, retry $retry, fall back to $fallback") {
        val failureClass = FailureClass.valueOf(name)

        failureClass.health() shouldBe HealthScope.valueOf(health)
        failureClass.retry() shouldBe RetryAdvice.valueOf(retry)
        failureClass.fallback() shouldBe FallbackAdvice.valueOf(fallback)
        failureClass.surfaces() shouldBe (surfaces == "SURFACES")
      }
    }

    test("the table names every class") {
      FailureClass.entries.map { it.name } shouldContainExactlyInAnyOrder table.map { it.first() }
    }

    test("what may be charged for is what may have been done: it was under way and has no answer") {
      FailureClass.entries.filter { it.isPossiblyBilled } shouldContainExactlyInAnyOrder
        listOf(
          FailureClass.TIMED_OUT,
          FailureClass.CONNECTION_LOST,
          FailureClass.MALFORMED_ANSWER,
          FailureClass.EMPTY_ANSWER,
          FailureClass.STREAM_BROKEN,
          FailureClass.STREAM_INTERRUPTED,
        )
    }

    test(
      "another model may be asked for where the failure is not what the caller was shown already"
    ) {
      FailureClass.entries.filter { it.mayFallBack() } shouldContainExactlyInAnyOrder
        listOf(
          FailureClass.UNTRUSTED_SERVER,
          FailureClass.CONTENT_REFUSED,
          FailureClass.INVALID_REQUEST,
          FailureClass.UNAUTHENTICATED,
        )
    }

    test(
      "what somebody has to mend closes its gate for minutes, and all else for no time of its own"
    ) {
      HealthScope.entries.associateWith { it.usualClosure().toMinutes() } shouldBe
        HealthScope.entries.associateWith { 0L } +
          mapOf(
            HealthScope.ACCOUNT to 1L,
            HealthScope.CREDENTIAL to 1L,
            HealthScope.ACCESS to 1L,
            HealthScope.CONFIGURATION to 5L,
          )
    }

    test("only failures of the model or of its host count for the breaker") {
      HealthScope.entries.filter { it.countsForBreaker() } shouldContainExactlyInAnyOrder
        listOf(HealthScope.MODEL, HealthScope.HOST)
    }
  })
