package dev.holdfast.providers.stream

/**
 * Anthropic's events. Thinking is content: it is shown and billed. A signature is not, nor is a
 * block of text that begins empty, nor the call of a tool that the provider runs itself or what it
 * returned; the beginning of any other block, such as the call of the caller's tool, is.
 */
internal object AnthropicDialect : Dialect {
  override val fields: Field = Field.tree { anthropicFields() }

  override val finishSuffices: Boolean
    get() = false

  override fun event(values: EventValues, state: StreamState) {
    val type = values[Token.TYPE] ?: values[Token.NAME]
    if (type == "error" || values.reportsError) {
      state.fail(values)
      return
    }
    state.take(
      values,
      values.has(Mark.CONTENT) || type == "content_block_start" && beginsPart(values),
    )
    if (values.filled(Token.FINISH)) state.finish(values[Token.FINISH])
    if (type == "message_stop") state.end()
  }

  private fun beginsPart(values: EventValues): Boolean =
    when (val part = values[Token.PART_TYPE]) {
      null,
      "text",
      "thinking",
      "fallback",
      "compaction",
      "server_tool_use",
      "mcp_tool_use" -> false
      else -> !part.endsWith("_tool_result")
    }

  /** Shared with Bedrock, where the same events come in frames. */
  fun Field.Tree.anthropicFields() {
    token(Token.TYPE, "type")
    token(Token.PART_TYPE, "content_block.type")
    marks(Mark.CONTENT, "content_block.text", "content_block.thinking")
    marks(Mark.CONTENT, "delta.text", "delta.partial_json", "delta.thinking")
    marks(Mark.CONTENT, "delta.citation", "delta.content")
    token(Token.FINISH, "delta.stop_reason")
    token(Token.INPUT_TOKENS, "message.usage.input_tokens", "usage.input_tokens")
    token(Token.OUTPUT_TOKENS, "message.usage.output_tokens", "usage.output_tokens")
    error("error")
    token(Token.ERROR_DETAIL, "error.details.error_code")
  }
}
