package dev.holdfast.providers

/** The form in which an API takes requests and gives answers. */
public enum class WireProtocol(private vararg val pathEnds: String) {
  /** Anthropic's Messages API, at Anthropic and at Vertex AI. */
  ANTHROPIC_MESSAGES("/messages"),
  /** OpenAI's Chat Completions API, and the many that are compatible with it. */
  OPENAI_CHAT("/chat/completions"),
  /** OpenAI's Responses API. */
  OPENAI_RESPONSES("/responses"),
  /** Gemini's content generation, at AI Studio and at Vertex AI. */
  GEMINI(":generateContent", ":streamGenerateContent"),
  /** Bedrock's Converse API, the same for every model. */
  BEDROCK_CONVERSE("/converse", "/converse-stream"),
  /** Bedrock's InvokeModel API, which speaks each model's own format inside. */
  BEDROCK_INVOKE("/invoke", "/invoke-with-response-stream");

  public companion object {
    /** The protocol that is spoken at this path of a URL; null if it is none of the known ones. */
    @JvmStatic
    public fun ofPath(path: String): WireProtocol? {
      val trimmed = path.trimEnd('/')
      if (ANTHROPIC_AT_VERTEX in trimmed && trimmed.endsWith("awPredict")) return ANTHROPIC_MESSAGES
      return entries.firstOrNull { it.pathEnds.any(trimmed::endsWith) }
    }

    private const val ANTHROPIC_AT_VERTEX = "/publishers/anthropic/models/"
  }
}
