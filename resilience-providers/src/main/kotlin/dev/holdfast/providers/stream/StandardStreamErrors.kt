package dev.holdfast.providers.stream

import dev.holdfast.outcome.FailureClass
import dev.holdfast.providers.HttpFailures
import java.util.Locale

/** Looks the names up that an error goes by, the finest first, and the status last. */
internal object StandardStreamErrors : StreamErrorClassifier {

  override fun classify(error: StreamError): FailureClass {
    val known = listOfNotNull(error.detail, error.code, error.type).mapNotNull(::named)
    // An exhausted quota often calls itself a rate limit too.
    return known.firstOrNull { it == FailureClass.QUOTA_EXHAUSTED }
      ?: known.firstOrNull()
      ?: byStatus(error.status)
      ?: byStatus(error.code?.toIntOrNull())
      ?: FailureClass.STREAM_BROKEN
  }

  private fun named(name: String): FailureClass? =
    CLASSES[name.lowercase(Locale.ROOT).removeSuffix("exception")]

  private fun byStatus(status: Int?): FailureClass? =
    status?.takeIf { it in 400..599 }?.let { HttpFailures.of(it) { null }?.failureClass() }

  private val CLASSES: Map<String, FailureClass> = buildMap {
    put(
      FailureClass.QUOTA_EXHAUSTED,
      "insufficient_quota billing_error billing_hard_limit_reached enforced_spend_limit_reached",
      "blocked_api_access servicequotaexceeded payment_required",
    )
    put(
      FailureClass.RATE_LIMITED,
      "rate_limit_error rate_limit_exceeded rate_limited too_many_requests toomanyrequests",
      "resource_exhausted throttling",
    )
    put(
      FailureClass.OVERLOADED,
      "overloaded_error overloaded provider_overloaded service_tier_capacity_exceeded unavailable",
      "serviceunavailable service_unavailable server_overloaded slow_down",
    )
    put(
      FailureClass.SERVER_ERROR,
      "api_error server_error internal_error internal_server_error internalservererror internal",
      "internalerror internalfailure internalserver modelstreamerror modelerror",
      "provider_unavailable vector_store_timeout",
    )
    put(FailureClass.TIMED_OUT, "timeout_error timeout deadline_exceeded modeltimeout")
    put(FailureClass.MODEL_NOT_READY, "modelnotready")
    put(
      FailureClass.CONTEXT_TOO_LONG,
      "context_length_exceeded model_context_window_exceeded context_window_exceeded",
    )
    put(
      FailureClass.CONTENT_REFUSED,
      "content_filter content_policy_violation responsibleaipolicyviolation moderation_blocked",
      "refusal image_content_policy_violation bio_policy cyber_policy",
    )
    put(FailureClass.REQUEST_TOO_LARGE, "request_too_large")
    put(
      FailureClass.INVALID_REQUEST,
      "invalid_request_error invalid_argument failed_precondition validation invalid_prompt",
      "badrequest badrequesterror max_tokens_exceeded",
    )
    put(
      FailureClass.UNAUTHENTICATED,
      "authentication_error invalid_api_key unauthenticated api_key_invalid unrecognizedclient",
      "expiredtoken invalidsignature",
    )
    put(FailureClass.FORBIDDEN, "permission_error permission_denied accessdenied")
    put(FailureClass.REGION_BLOCKED, "unsupported_country_region_territory")
    put(
      FailureClass.MODEL_NOT_FOUND,
      "not_found_error not_found model_not_found deploymentnotfound resourcenotfound unknown_model",
    )
  }

  private fun MutableMap<String, FailureClass>.put(
    failureClass: FailureClass,
    vararg names: String,
  ) {
    for (name in names.flatMap { it.split(' ') }) put(name, failureClass)
  }
}
