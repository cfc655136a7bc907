package dev.holdfast.providers.stream

/**
 * The frames of Bedrock's ConverseStream. The message is whole at `messageStop`; `metadata` follows
 * with the usage and is the last.
 */
internal object ConverseDialect : Dialect {
  override val fields: Field = Field.tree { converseFields() }

  override val finishSuffices: Boolean
    get() = true

  override fun event(values: EventValues, state: StreamState) {
    if (failed(values, state)) return
    state.take(values, isContent(values))
    if (values.holds(Token.NAME, "messageStop")) state.finish(values[Token.FINISH])
    if (values.holds(Token.NAME, "metadata") && state.finished) state.end()
  }

  /** The call of a tool that the provider runs itself, or what it returned, is none. */
  fun isContent(values: EventValues): Boolean =
    values.has(Mark.CONTENT) && !values.holds(Token.PART_TYPE, "server_tool_use")

  /**
   * Whether the frame is an exception or an error instead of an event, of any of Bedrock's APIs.
   */
  fun failed(values: EventValues, state: StreamState): Boolean {
    val kind = values[Token.FRAME]
    val failed = kind == "exception" || kind == "error"
    if (failed) state.fail(values)
    return failed
  }

  private fun Field.Tree.converseFields() {
    token(Token.FINISH, "stopReason")
    token(Token.INPUT_TOKENS, "usage.inputTokens")
    token(Token.OUTPUT_TOKENS, "usage.outputTokens")
    errorFields()
    converseContent("")
  }

  /** Shared with InvokeModel, of which the exceptions come in frames of the same form. */
  fun Field.Tree.errorFields() {
    token(Token.ERROR_STATUS, "originalStatusCode")
    token(Token.ERROR_MESSAGE, "message", "Message")
  }

  /** Shared with InvokeModel, where the name of the event is the first level of the JSON. */
  fun Field.Tree.converseContent(prefix: String) {
    val delta = if (prefix.isEmpty()) "delta" else "$prefix.delta"
    marks(Mark.CONTENT, "$delta.text", "$delta.citation", "$delta.reasoningContent.text")
    marks(Mark.CONTENT, "$delta.reasoningContent.redactedContent")
    marks(Mark.CONTENT, "$delta.toolUse.input", "$delta.image")
    val start = if (prefix.isEmpty()) "start" else prefix.replace("Delta", "Start") + ".start"
    marks(Mark.CONTENT, "$start.toolUse.name")
    token(Token.PART_TYPE, "$start.toolUse.type")
  }
}
