package dev.holdfast.ktor

import io.ktor.http.HttpHeaders
import io.ktor.utils.io.KtorDsl

/**
 * Collects the headers of one credential. A value may be read anew for each attempt, for tokens
 * that expire.
 */
@KtorDsl
public class CredentialBuilder internal constructor(private val name: String) {

  private val headers = linkedMapOf<String, suspend () -> String>()
  private var mayChange = false

  /**
   * Sets a header, such as `x-api-key`.
   *
   * @throws IllegalArgumentException if the value holds a control character, such as the end of the
   *   line that it was read from
   */
  public fun header(name: String, value: String) {
    checkedSecret(name, value)
    add(name) { value }
  }

  /**
   * Sets a header to what [value] says at each attempt. What it throws fails the attempt, and says
   * nothing about the model; the same if it takes longer than the attempt may.
   *
   * Where the credential is refused (401), the next call asks [value] again; a credential that
   * never changes is left alone for a minute.
   */
  public fun header(name: String, value: suspend () -> String) {
    mayChange = true
    add(name, value)
  }

  /**
   * Sets `Authorization` to this token.
   *
   * @throws IllegalArgumentException if it holds a control character, such as the end of the line
   *   that it was read from
   */
  public fun bearer(token: String) {
    header(HttpHeaders.Authorization, "Bearer $token")
  }

  /** Sets `Authorization` to the token that [token] says at each attempt. */
  public fun bearer(token: suspend () -> String) {
    header(HttpHeaders.Authorization) { "Bearer ${token()}" }
  }

  internal fun build(): Credential {
    require(headers.isNotEmpty()) { "credential '$name' must have a header, but has none" }
    return Credential(headers.toMap(), mayChange)
  }

  private fun add(name: String, value: suspend () -> String) {
    HttpHeaders.checkHeaderName(name)
    headers[name] = value
  }

  /** Names the credential and nothing of it. */
  override fun toString(): String = "CredentialBuilder[$name]"
}
