package dev.holdfast.providers.stream

/**
 * The chunks of OpenAI's Chat Completions and of those that are compatible with it: Azure,
 * OpenRouter, Mistral and many servers. A role, an empty text, a filter's report and a chunk with
 * nothing but usage are no content; reasoning, refusals, sound, images and a tool's name are.
 */
internal object ChatDialect : Dialect {
  override val fields: Field = Field.tree { chatFields() }

  override val finishSuffices: Boolean
    get() = true

  override val endsWithDone: Boolean
    get() = true

  override fun event(values: EventValues, state: StreamState) {
    if (
      values.reportsError ||
        values.holds(Token.PART_TYPE, "error") ||
        values.choiceFinish == "error"
    ) {
      // Mistral and vLLM put the fields of the error at the top.
      state.fail(
        values,
        values[Token.ERROR_TYPE] ?: values[Token.TYPE].takeUnless { it == "error" },
      )
      return
    }
    state.takeChoices(values)
  }

  /** Shared with Bedrock, where the same chunks come in frames. */
  fun Field.Tree.chatFields() {
    choices("choices")
    token(Token.CHOICE, "choices.index")
    token(Token.FINISH, "choices.finish_reason")
    marks(Mark.CONTENT, "choices.text", "choices.delta.content", "choices.delta.content.text")
    marks(Mark.CONTENT, "choices.delta.content.thinking.text", "choices.delta.content.image_url")
    marks(Mark.CONTENT, "choices.delta.reasoning_content", "choices.delta.reasoning")
    marks(Mark.CONTENT or Mark.REFUSAL, "choices.delta.refusal")
    for (call in listOf("tool_calls.function", "tool_calls.custom", "function_call")) {
      marks(Mark.CONTENT, "choices.delta.$call.name", "choices.delta.$call.arguments")
      marks(Mark.CONTENT, "choices.delta.$call.input")
    }
    marks(Mark.CONTENT, "choices.delta.audio.data", "choices.delta.audio.transcript")
    marks(Mark.CONTENT, "choices.delta.images")
    token(Token.INPUT_TOKENS, "usage.prompt_tokens")
    token(Token.OUTPUT_TOKENS, "usage.completion_tokens")

    token(Token.PART_TYPE, "object")
    token(Token.TYPE, "type")
    token(Token.ERROR_CODE, "code")
    token(Token.ERROR_MESSAGE, "message")
    for (error in listOf("error", "choices.error")) {
      error(error)
      token(Token.ERROR_STATUS, "$error.status")
      token(Token.ERROR_DETAIL, "$error.metadata.error_type", "$error.innererror.code")
      token(Token.RETRY_DELAY, "$error.availability.retry_after")
    }
  }
}
