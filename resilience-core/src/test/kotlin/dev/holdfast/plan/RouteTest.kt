package dev.holdfast.plan

import dev.holdfast.model.Model
import dev.holdfast.outcome.FailureClass
import dev.holdfast.outcome.FailureClass.CONTEXT_TOO_LONG
import dev.holdfast.outcome.FailureClass.MODEL_NOT_FOUND
import dev.holdfast.outcome.FailureClass.QUOTA_EXHAUSTED
import dev.holdfast.outcome.FailureClass.RATE_LIMITED
import dev.holdfast.outcome.FailureClass.REGION_BLOCKED
import dev.holdfast.outcome.FailureClass.REQUEST_EXCEEDS_LIMIT
import dev.holdfast.outcome.FailureClass.SERVER_ERROR
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly

/** Which models of a chain a failure leaves out. */
class RouteTest :
  FunSpec({
    val once = PlanFixture.retry { maxAttempts(1) }
    // a and b share a pool, a and c an account, and d shares nothing; b and c hold more tokens.
    val models: Model.Builder.(String) -> Unit = { name ->
      when (name) {
        "a" -> quotaPool("pool").account("one").contextTokens(100)
        "b" -> quotaPool("pool").account("two").contextTokens(200)
        "c" -> quotaPool("other").account("one").contextTokens(150)
      }
    }

    data class Row(val failures: List<FailureClass>, val asked: String)
    listOf(
        Row(listOf(SERVER_ERROR), "a b"),
        Row(listOf(RATE_LIMITED), "a c"),
        Row(listOf(REQUEST_EXCEEDS_LIMIT), "a c"),
        Row(listOf(QUOTA_EXHAUSTED), "a b"),
        Row(listOf(REGION_BLOCKED), "a b"),
        Row(listOf(MODEL_NOT_FOUND, RATE_LIMITED), "a b c"),
        Row(listOf(RATE_LIMITED, QUOTA_EXHAUSTED), "a c d"),
        Row(listOf(SERVER_ERROR, RATE_LIMITED, QUOTA_EXHAUSTED), "a b c d"),
        Row(listOf(CONTEXT_TOO_LONG), "a b"),
      )
      .forEach { row ->
        test("after ${row.failures} the models asked are ${row.asked}") {
          with(PlanFixture("a b c d", retry = once, configure = models)) {
            val reports = row.failures.map { fails(it) }.toTypedArray()

            trace(plan(), *reports, answers()) shouldContainExactly
              row.asked.split(" ") + "return answer"
          }
        }
      }

    test("a request too long for one model goes past the smaller and the unknown ones") {
      with(PlanFixture("b c d", retry = once, configure = models)) {
        trace(plan(degradable = true), fails(CONTEXT_TOO_LONG)) shouldContainExactly
          listOf("b", "throw CONTEXT_TOO_LONG")
      }
    }

    test("a request too long for a model of unknown size goes nowhere else") {
      with(PlanFixture("d a", retry = once, configure = models)) {
        trace(plan(), fails(CONTEXT_TOO_LONG)) shouldContainExactly
          listOf("d", "throw CONTEXT_TOO_LONG")
      }
    }

    test("when no other model is allowed the call ends, with a degraded answer if there is one") {
      with(PlanFixture("a b", retry = once, configure = models)) {
        trace(plan(), fails(RATE_LIMITED)) shouldContainExactly listOf("a", "throw RATE_LIMITED")
        trace(plan(degradable = true), fails(RATE_LIMITED)) shouldContainExactly
          listOf("a", "degrade")
      }
    }
  })
