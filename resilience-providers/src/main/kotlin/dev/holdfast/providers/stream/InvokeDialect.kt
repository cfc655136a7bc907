package dev.holdfast.providers.stream

import dev.holdfast.providers.stream.AnthropicDialect.anthropicFields
import dev.holdfast.providers.stream.ChatDialect.chatFields
import dev.holdfast.providers.stream.ConverseDialect.converseContent
import dev.holdfast.providers.stream.ConverseDialect.errorFields

/**
 * The frames of Bedrock's InvokeModelWithResponseStream, each with an event in the model's own
 * format in base64: Claude's, Nova's, Llama's, Titan's, Mistral's, Cohere's or OpenAI's. Whatever
 * the model is, the last event also holds the metrics of the invocation. Claude's stream is
 * complete at its `message_stop`, as everywhere; those of the others at their finish reason.
 */
internal object InvokeDialect : Dialect {
  override val fields: Field =
    Field.tree {
      nested("bytes")
      errorFields()
    }

  override val nested: Field = Field.tree { invokeFields() }

  override val finishSuffices: Boolean
    get() = true

  override fun event(values: EventValues, state: StreamState) {
    if (ConverseDialect.failed(values, state)) return
    if (values.has(Mark.ERROR)) {
      state.fail(values)
      return
    }
    if (values[Token.TYPE] != null) claude(values, state) else other(values, state)
    if (values.has(Mark.LAST) && state.finished) state.end()
  }

  /** Claude always sends its own last event, so without it something is missing. */
  private fun claude(values: EventValues, state: StreamState) {
    state.expectTerminator()
    AnthropicDialect.event(values, state)
  }

  private fun other(values: EventValues, state: StreamState) {
    state.takeChoices(values, ConverseDialect.isContent(values))
    if (values.choices == 0L && values.filled(Token.FINISH)) state.finish(values[Token.FINISH])
  }

  private fun Field.Tree.invokeFields() {
    anthropicFields()
    chatFields()
    converseContent("contentBlockDelta")
    token(Token.FINISH, "messageStop.stopReason")
    marks(Mark.CONTENT, "generation", "outputText", "outputs.text", "text")
    token(Token.FINISH, "stop_reason", "completionReason", "outputs.stop_reason", "finish_reason")
    token(Token.INPUT_TOKENS, "metadata.usage.inputTokens")
    token(Token.OUTPUT_TOKENS, "metadata.usage.outputTokens")
    marks(Mark.LAST, METRICS)
    token(Token.INPUT_TOKENS, "$METRICS.inputTokenCount")
    token(Token.OUTPUT_TOKENS, "$METRICS.outputTokenCount")
  }

  private const val METRICS = "amazon-bedrock-invocationMetrics"
}
