package dev.holdfast.providers

import java.util.Locale

/** Whose API is spoken to. It tells which rules apply to a failure, where providers differ. */
public enum class Provider {
  /** Anthropic's own API. */
  ANTHROPIC,
  /** OpenAI's own API: Chat Completions and Responses. */
  OPENAI,
  /** OpenAI's models on Azure. */
  AZURE_OPENAI,
  /** Google's Gemini API (AI Studio). */
  GEMINI,
  /** Vertex AI, whichever publisher the model is of. */
  VERTEX,
  /** AWS Bedrock. */
  BEDROCK,
  /** OpenRouter. */
  OPENROUTER,
  /** Mistral's own API. */
  MISTRAL,
  /** Everybody else: most of them answer in OpenAI's form, and so do gateways and proxies. */
  OPENAI_COMPATIBLE;

  /** How the rules of failures name it: `azure-openai`. */
  internal val ruleName: String = name.lowercase(Locale.ROOT).replace('_', '-')

  /** Finds providers. */
  public companion object {
    private val hosts =
      listOf(
          "api.anthropic.com" to ANTHROPIC,
          "api.openai.com" to OPENAI,
          "openai.azure.com" to AZURE_OPENAI,
          "cognitiveservices.azure.com" to AZURE_OPENAI,
          "services.ai.azure.com" to AZURE_OPENAI,
          "generativelanguage.googleapis.com" to GEMINI,
          "aiplatform.googleapis.com" to VERTEX,
          "openrouter.ai" to OPENROUTER,
          "mistral.ai" to MISTRAL,
        )
        .map { (host, provider) -> KnownHost(host, provider) }
    private val awsDomains = listOf(".amazonaws.com", ".amazonaws.com.cn", ".api.aws")

    /**
     * The provider that lives at a host, from its name alone: `api.anthropic.com`,
     * `eu.api.openai.com`, `mine.openai.azure.com`, `us-east1-aiplatform.googleapis.com`,
     * `bedrock-runtime.eu-west-1.amazonaws.com`.
     *
     * A host that is not known is [OPENAI_COMPATIBLE], for which only the rules hold that are
     * common to all. So behind a proxy or a gateway of one's own, name the provider instead.
     *
     * @param host without scheme, port or path, in any case
     */
    @JvmStatic
    public fun ofHost(host: String): Provider {
      val name = host.trim().trimEnd('.').lowercase(Locale.ROOT)
      return hosts.firstOrNull { it.holds(name) }?.provider
        ?: if (isBedrock(name)) BEDROCK else OPENAI_COMPATIBLE
    }

    private fun isBedrock(name: String): Boolean =
      awsDomains.any(name::endsWith) &&
        name.split('.').any { it == "bedrock-runtime" || it == "bedrock-runtime-fips" }
  }
}

/** A host and those under it. Google puts the region before a hyphen, all others before a dot. */
private class KnownHost(private val host: String, val provider: Provider) {
  private val isRegional = provider == Provider.VERTEX

  fun holds(name: String): Boolean {
    if (!name.endsWith(host)) return false
    val before = name.length - host.length - 1
    return before < 0 || name[before] == '.' || (isRegional && name[before] == '-')
  }
}
