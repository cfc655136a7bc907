package dev.holdfast.providers.stream

/**
 * The events of OpenAI's Responses. Content is every delta that is not empty, a part of an image,
 * and an item that calls a tool of the caller; that a response was created, queued or is in
 * progress is not, nor is an item of a tool that the provider runs itself, with what it returned.
 * The arguments and the code that the model writes for it are content: they come as deltas.
 */
internal object ResponsesDialect : Dialect {
  override val fields: Field = Field.tree { responsesFields() }

  override val finishSuffices: Boolean
    get() = false

  override fun event(values: EventValues, state: StreamState) {
    val type = values[Token.TYPE] ?: values[Token.NAME] ?: ""
    when (type) {
      "error",
      "response.failed",
      "response.cancelled" -> state.fail(values)
      "response.completed" -> end(values, state, values[Token.FINISH] ?: "stop")
      "response.incomplete" -> end(values, state, values[Token.FINISH])
      else -> other(type, values, state)
    }
  }

  private fun other(type: String, values: EventValues, state: StreamState) {
    // Before it was created, a response fails as one of the other APIs would.
    if (values.has(Mark.ERROR) && values[Token.NAME].let { it == null || it == "error" }) {
      state.fail(values)
      return
    }
    val called = values[Token.PART_TYPE] in CALLS
    if (called) values.mark(Mark.TOOL)
    if (type.startsWith("response.refusal.")) values.mark(Mark.REFUSAL)
    state.take(values, called || values.has(Mark.CONTENT) && !type.endsWith(".done"))
  }

  private fun end(values: EventValues, state: StreamState, word: String?) {
    state.take(values, content = false)
    state.finish(word)
    state.end()
  }

  /** The items that ask the caller for something. */
  private val CALLS =
    setOf("function_call", "custom_tool_call", "computer_call", "local_shell_call")

  private fun Field.Tree.responsesFields() {
    token(Token.TYPE, "type")
    marks(Mark.CONTENT, "delta", "partial_image_b64")
    token(Token.PART_TYPE, "item.type")
    token(Token.FINISH, "response.incomplete_details.reason")
    token(Token.INPUT_TOKENS, "response.usage.input_tokens")
    token(Token.OUTPUT_TOKENS, "response.usage.output_tokens")
    token(Token.ERROR_CODE, "code")
    token(Token.ERROR_MESSAGE, "message")
    error("error")
    error("response.error")
  }
}
