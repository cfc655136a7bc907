package dev.holdfast.ktor

import io.ktor.client.request.HttpRequestBuilder
import io.ktor.http.HttpHeaders

/**
 * The headers that stand for an account. It has no `toString` that would show them.
 *
 * @property mayChange whether they are read anew for each attempt
 */
internal class Credential(
  private val headers: Map<String, suspend () -> String>,
  val mayChange: Boolean,
) {

  /** The names of the headers. */
  val names: Set<String>
    get() = headers.keys

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

/**
 * Takes away what the caller's own account is known by, before a request goes elsewhere or by
 * another account, and keeps `Auth` from bringing it back.
 *
 * @param others the headers that are known here alone to stand for an account
 */
internal fun HttpRequestBuilder.dropCredentials(others: Set<String>) {
  keepFromAuth()
  CREDENTIAL_HEADERS.forEach(headers::remove)
  others.forEach(headers::remove)
  CREDENTIAL_PARAMETERS.forEach(url.encodedParameters::remove)
  url.user = null
  url.password = null
}

/**
 * What the caller's own account is known by, as it is now.
 *
 * @param others as [dropCredentials]
 */
internal fun HttpRequestBuilder.ownCredentials(others: Set<String>): OwnCredentials =
  OwnCredentials(
    server = server(),
    headers = (CREDENTIAL_HEADERS + others).associateWith { headers.getAll(it)?.toList() },
    parameters = CREDENTIAL_PARAMETERS.associateWith { url.encodedParameters.getAll(it)?.toList() },
    password = url.encodedPassword,
  )

/** The caller's credentials and the server that they are meant for. Never shown. */
internal class OwnCredentials(
  private val server: String,
  private val headers: Map<String, List<String>?>,
  private val parameters: Map<String, List<String>?>,
  private val password: String?,
) {

  /** Takes from a request to another server what is still the caller's. */
  fun dropIfElsewhere(request: HttpRequestBuilder) {
    if (request.server() == server) return
    request.keepFromAuth()
    for ((name, values) in headers) {
      if (request.headers.getAll(name) == values) request.headers.remove(name)
    }
    val url = request.url
    for ((name, values) in parameters) {
      if (url.encodedParameters.getAll(name) == values) url.encodedParameters.remove(name)
    }
    if (url.encodedPassword == password) {
      url.user = null
      url.password = null
    }
  }
}

private fun HttpRequestBuilder.server(): String {
  val port = if (url.port == 0) url.protocol.defaultPort else url.port
  return "${url.protocol.name}://${url.host.lowercase()}:$port"
}

/** Of Gemini, of Google's tokens, and of Azure and its gateways. */
internal val CREDENTIAL_PARAMETERS: List<String> =
  listOf("key", "access_token", "api-key", "api_key", "subscription-key")

internal val CREDENTIAL_HEADERS: List<String> =
  listOf(
    HttpHeaders.Authorization,
    HttpHeaders.ProxyAuthorization,
    HttpHeaders.Cookie,
    "x-api-key",
    "api-key",
    "x-goog-api-key",
    "x-amz-security-token",
    "ocp-apim-subscription-key",
    "x-goog-user-project",
    "cf-aig-authorization",
    "cf-access-client-id",
    "cf-access-client-secret",
    "helicone-auth",
    "x-portkey-api-key",
    "x-portkey-virtual-key",
    "x-litellm-api-key",
    "x-auth-token",
    "openai-organization",
    "openai-project",
  )
