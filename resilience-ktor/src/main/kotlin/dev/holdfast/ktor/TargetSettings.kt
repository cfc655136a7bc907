package dev.holdfast.ktor

import io.ktor.http.HeadersBuilder

/** How requests reach the models, by the names of the models and of the credentials. Immutable. */
internal class TargetSettings(
  private val credentials: Map<String, Credential>,
  private val headers: Map<String, HeadersBuilder.() -> Unit>,
  private val transforms: Map<String, RequestTransform>,
) {

  /** @throws IllegalArgumentException if none was declared under this name */
  fun credential(name: String): Credential =
    requireNotNull(credentials[name]) { unknownCredential(name, credentials.keys) }

  fun headers(model: String): (HeadersBuilder.() -> Unit)? = headers[model]

  fun transform(model: String): RequestTransform? = transforms[model]
}

internal fun unknownCredential(name: String, declared: Set<String>): String =
  "credential must be one of $declared, but was '$name'"
