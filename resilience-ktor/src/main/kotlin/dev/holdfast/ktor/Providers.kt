package dev.holdfast.ktor

import dev.holdfast.providers.Provider
import dev.holdfast.providers.WireProtocol

/** Whose rules apply to a request, by its host and then by its path. Immutable. */
internal class Providers(private val named: Map<String, Provider>) {

  fun of(host: String, path: String): Provider = named[host.lowercase()] ?: ofUnnamed(host, path)

  /** Whether the host is that of a provider, or was named. */
  fun knowsHost(host: String): Boolean =
    host.lowercase() in named || Provider.ofHost(host) != Provider.OPENAI_COMPATIBLE

  private fun ofUnnamed(host: String, path: String): Provider {
    val known = Provider.ofHost(host)
    return if (known == Provider.OPENAI_COMPATIBLE) ofPath(path) else known
  }

  /** What a gateway passes on has the provider's own form, and so have its errors. */
  private fun ofPath(path: String): Provider =
    when (WireProtocol.ofPath(path)) {
      WireProtocol.ANTHROPIC_MESSAGES ->
        if (PUBLISHERS in path) Provider.VERTEX else Provider.ANTHROPIC
      WireProtocol.GEMINI -> if (PUBLISHERS in path) Provider.VERTEX else Provider.GEMINI
      WireProtocol.BEDROCK_CONVERSE,
      WireProtocol.BEDROCK_INVOKE -> Provider.BEDROCK
      else -> if (DEPLOYMENTS in path) Provider.AZURE_OPENAI else Provider.OPENAI_COMPATIBLE
    }

  private companion object {
    const val PUBLISHERS = "/publishers/"
    const val DEPLOYMENTS = "/openai/deployments/"
  }
}
