package dev.holdfast.ktor

import dev.holdfast.plan.Attempt
import io.ktor.http.HeadersBuilder

/**
 * How requests reach the models, by the names of the models and of the credentials. Immutable.
 *
 * @param known the names of the credentials that models are known to use
 */
internal class TargetSettings(
  private val credentials: Map<String, Credential>,
  private val known: Map<String, String>,
  private val headers: Map<String, HeadersBuilder.() -> Unit>,
  private val transforms: Map<String, RequestTransform>,
) {

  /** The headers that some credential has, so that each of them may be one of the caller's. */
  val credentialHeaders: Set<String> = credentials.values.flatMap { it.names }.toSet()

  /**
   * What to send with an attempt; null for what the caller has sent.
   *
   * @throws IllegalArgumentException if none was declared under the name that the attempt has
   */
  fun credential(attempt: Attempt): Credential? {
    val name = attempt.patch.credential() ?: return credentials[known[attempt.target]]
    return requireNotNull(credentials[name]) { unknownCredential(name, credentials.keys) }
  }

  fun hasCredential(attempt: Attempt): Boolean =
    attempt.patch.credential() != null || known[attempt.target] in credentials

  /** Whether what an attempt is refused for may be right for the next one. */
  fun mayChangeCredential(attempt: Attempt): Boolean = credential(attempt)?.mayChange ?: true

  fun headers(model: String): (HeadersBuilder.() -> Unit)? = headers[model]

  fun transform(model: String): RequestTransform? = transforms[model]
}

internal fun unknownCredential(name: String, declared: Set<String>): String =
  "credential must be one of $declared, but was '$name'"
