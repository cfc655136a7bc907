package dev.holdfast.ktor

import io.ktor.client.request.HttpRequestBuilder
import io.ktor.http.HeadersBuilder
import io.ktor.http.HttpHeaders

/** The headers that stand for an account. It has no `toString` that would show them. */
internal class Credential(private val headers: Map<String, suspend () -> String>) {

  suspend fun applyTo(request: HttpRequestBuilder) {
    for ((name, value) in headers) request.headers[name] = checkedSecret(name, value())
  }
}

/** Ktor would refuse such a value as well, and quote it. */
internal fun checkedSecret(header: String, value: String): String {
  require(value.none { it.isISOControl() }) {
    "value of header '$header' must hold no control character, but holds one"
  }
  return value
}

/** Takes away what the caller's own account is known by, before a request goes elsewhere. */
internal fun HttpRequestBuilder.dropCredentials() {
  headers.dropCredentials()
  url.encodedParameters.remove(GEMINI_KEY)
  url.user = null
  url.password = null
}

private fun HeadersBuilder.dropCredentials() {
  CREDENTIAL_HEADERS.forEach(::remove)
}

private const val GEMINI_KEY = "key"

private val CREDENTIAL_HEADERS =
  listOf(
    HttpHeaders.Authorization,
    HttpHeaders.ProxyAuthorization,
    HttpHeaders.Cookie,
    "x-api-key",
    "api-key",
    "x-goog-api-key",
    "x-amz-security-token",
  )
