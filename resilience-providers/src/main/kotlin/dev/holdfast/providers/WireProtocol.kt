package dev.holdfast.providers

/** The form in which an API takes requests and gives answers. */
public enum class WireProtocol(private val pathEnd: String) {
  /** Anthropic's Messages API. */
  ANTHROPIC_MESSAGES("/messages"),
  /** OpenAI's Chat Completions API, and the many that are compatible with it. */
  OPENAI_CHAT("/chat/completions");

  public companion object {
    /** The protocol that is spoken at this path of a URL; null if it is none of the known ones. */
    @JvmStatic
    public fun ofPath(path: String): WireProtocol? =
      entries.firstOrNull { path.trimEnd('/').endsWith(it.pathEnd) }
  }
}
