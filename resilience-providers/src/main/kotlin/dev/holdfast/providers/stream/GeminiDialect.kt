package dev.holdfast.providers.stream

/**
 * Gemini's chunks, as SSE or as the elements of one JSON array. There is no terminator: the stream
 * is complete when every candidate has its finish reason, or when the prompt was blocked. Code that
 * the model wrote is content, what came of it at the provider is not.
 */
internal object GeminiDialect : Dialect {
  override val fields: Field = Field.tree { geminiFields() }

  override val finishSuffices: Boolean
    get() = true

  override val endsWithDone: Boolean
    get() = true

  override val comesAsJson: Boolean
    get() = true

  override fun event(values: EventValues, state: StreamState) {
    if (values.reportsError) {
      state.fail(values)
      return
    }
    state.takeChoices(values)
    if (values.has(Mark.BLOCKED) && values.choices == 0L) state.finish("content_filter")
  }

  private fun Field.Tree.geminiFields() {
    choices("candidates")
    token(Token.CHOICE, "candidates.index")
    token(Token.FINISH, "candidates.finishReason")
    marks(Mark.CONTENT, "candidates.content.parts.text", "candidates.content.parts.inlineData")
    marks(Mark.CONTENT, "candidates.content.parts.fileData")
    marks(Mark.CONTENT, "candidates.content.parts.executableCode")
    marks(Mark.CONTENT or Mark.TOOL, "candidates.content.parts.functionCall")
    marks(Mark.BLOCKED, "promptFeedback.blockReason")
    token(Token.INPUT_TOKENS, "usageMetadata.promptTokenCount")
    token(Token.OUTPUT_TOKENS, "usageMetadata.candidatesTokenCount")
    error("error", type = "status")
    token(Token.ERROR_DETAIL, "error.details.reason")
    token(Token.RETRY_DELAY, "error.details.retryDelay")
    token(Token.QUOTA, "error.details.violations.quotaId", "error.details.metadata.quota_limit")
  }
}
