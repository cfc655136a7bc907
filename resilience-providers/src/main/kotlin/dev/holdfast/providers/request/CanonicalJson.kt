package dev.holdfast.providers.request

/**
 * Tells whether two requests are the same, however their JSON is written.
 *
 * What it returns holds the prompt, or is the prompt: compare it or hash it, and never log it.
 */
public object CanonicalJson {

  /**
   * The request in the one form that all requests equal to it have; null if it is no JSON, is
   * nested deeper than 200 levels, or has an object with two members of one name.
   *
   * Members are in the order of the UTF-16 code units of their names, nothing stands between
   * tokens, and texts have no escapes but those they need. Whole numbers of up to 40 digits are
   * written as digits alone, so `1`, `1.0` and `1e0` are equal; all others stay as they were
   * spelled, so `0.7` and `0.70` are not.
   *
   * @param json the request in UTF-8
   * @param without names of members of the outermost object that make no difference and are left
   *   out, such as `stream`, `user` or `metadata`
   */
  @JvmStatic
  @JvmOverloads
  public fun of(json: ByteArray, without: Set<String> = emptySet()): ByteArray? =
    decoded(json)?.let { of(it, without) }

  /** The same for a request that is a text. The result is in UTF-8 as well. */
  @JvmStatic
  @JvmOverloads
  public fun of(json: String, without: Set<String> = emptySet()): ByteArray? =
    CanonicalWriter.write(json, without)?.encodeToByteArray()

  /**
   * The text of the prompt: that of the system's instructions and then of each message in its
   * order, with line feeds between the parts. It tells no roles, and leaves out images, files,
   * thinking and the arguments of tool calls; what tools returned as text is in it.
   *
   * Understood are requests of Anthropic's Messages, OpenAI's Chat Completions and Responses,
   * Gemini and Bedrock's Converse. Null if the request is none of these, no JSON, or nested deeper
   * than 200 levels.
   *
   * @param json the request in UTF-8
   */
  @JvmStatic public fun promptText(json: ByteArray): String? = decoded(json)?.let(PromptText::of)

  private fun decoded(json: ByteArray): String? =
    try {
      json.decodeToString(throwOnInvalidSequence = true)
    } catch (malformed: CharacterCodingException) {
      null
    }
}
