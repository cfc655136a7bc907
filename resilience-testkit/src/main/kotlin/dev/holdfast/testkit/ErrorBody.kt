package dev.holdfast.testkit

import kotlinx.serialization.json.buildJsonObject
import kotlinx.serialization.json.put
import kotlinx.serialization.json.putJsonObject

/** An error in the form of Anthropic's API. */
internal class ErrorBody(
  private val code: Int,
  private val requestId: String,
  private val message: String = defaultMessage(code),
) {

  override fun toString(): String =
    buildJsonObject {
        put("type", "error")
        putJsonObject("error") {
          put("type", type())
          put("message", message)
        }
        put("request_id", requestId)
      }
      .toString()

  private fun type(): String =
    when (code) {
      401 -> "authentication_error"
      402 -> "billing_error"
      403 -> "permission_error"
      404 -> "not_found_error"
      413 -> "request_too_large"
      429 -> "rate_limit_error"
      504 -> "timeout_error"
      529 -> "overloaded_error"
      else -> if (code < 500) "invalid_request_error" else "api_error"
    }

  private companion object {
    fun defaultMessage(code: Int): String =
      when (code) {
        404 -> "Not found"
        429 -> "This request would exceed your rate limit"
        529 -> "Overloaded"
        else -> if (code < 500) "The request was refused" else "Internal server error"
      }
  }
}
