package dev.holdfast.providers.stream

import dev.holdfast.outcome.FailureClass
import dev.holdfast.outcome.RetryAdvice
import dev.holdfast.providers.wait.WaitHints

/** What is known of a stream so far. Whatever comes after its end changes nothing. */
internal class StreamState(private val classifier: StreamErrorClassifier) {
  var contentEvents: Long = 0
    private set

  /** Whether the stream said that it is at its end. */
  var over: Boolean = false
    private set

  /**
   * Whether the last event did nothing that could not be done twice: one that means the same brings
   * content again if this one did, and changes nothing else.
   */
  var repeatable: Boolean = false
    private set

  private var terminated = false
  private var error: StreamError? = null
  private var fault: StreamFault? = null
  private var failureClass: FailureClass? = null
  private var reason: FinishReason? = null
  private var rawReason: String? = null
  private var choices = 0L
  private var finishedChoices = 0L
  // Negative if they are not known. No objects, because some streams tell them in every event.
  private var inputTokens = -1L
  private var outputTokens = -1L
  private var toolSeen = false
  private var refusalSeen = false

  /** Whether every answer of the stream has its finish reason. */
  val finished: Boolean
    get() = finishedChoices != 0L && choices and finishedChoices.inv() == 0L

  private val usage: StreamUsage?
    get() =
      if (inputTokens < 0 && outputTokens < 0) null
      else StreamUsage(inputTokens.takeIf { it >= 0 }, outputTokens.takeIf { it >= 0 })

  /** Takes in what every dialect reports alike: content and tokens. */
  fun take(values: EventValues, content: Boolean = values.has(Mark.CONTENT)) {
    if (content) contentEvents++
    repeatable = !values.filled(Token.INPUT_TOKENS) && !values.filled(Token.OUTPUT_TOKENS)
    toolSeen = toolSeen || values.has(Mark.TOOL)
    refusalSeen = refusalSeen || values.has(Mark.REFUSAL)
    if (values.filled(Token.INPUT_TOKENS)) inputTokens = values.number(Token.INPUT_TOKENS)
    if (values.filled(Token.OUTPUT_TOKENS)) outputTokens = values.number(Token.OUTPUT_TOKENS)
  }

  /** The last event came once more, with other content. */
  fun repeat() {
    contentEvents++
  }

  /** The stream has one answer, and it finished. */
  fun finish(word: String?) {
    choices = 1
    finishedChoices = 1
    repeatable = false
    name(word)
  }

  /** Takes in an event that is about one or several of the answers of the stream. */
  fun takeChoices(values: EventValues, content: Boolean = values.has(Mark.CONTENT)) {
    take(values, content)
    choices = choices or values.choices
    finishedChoices = finishedChoices or values.finishedChoices
    if (values.finishedChoices != 0L) repeatable = false
    if (values.finishedChoices != 0L && reason == null) name(values.choiceFinish)
  }

  private fun name(word: String?) {
    val known = FinishWords.of(word)
    reason =
      when {
        known != FinishReason.STOP -> known
        refusalSeen -> FinishReason.REFUSAL
        toolSeen -> FinishReason.TOOL_USE
        else -> known
      }
    rawReason = word?.takeUnless { it == EventValues.UNNAMED }
  }

  /** A finish reason does not suffice in this stream, whatever its dialect says. */
  fun expectTerminator() {
    terminated = true
  }

  /** The terminator came. */
  fun end() {
    over = true
  }

  fun fail(values: EventValues, type: String? = values[Token.ERROR_TYPE]) {
    val code = values[Token.ERROR_CODE]
    val status = values[Token.ERROR_STATUS] ?: code
    val message = values.errorMessage
    val error =
      StreamError(
        status?.toIntOrNull()?.takeIf { it in 100..599 },
        type,
        code,
        values.longQuota() ?: values[Token.ERROR_DETAIL],
        WaitHints.inError(values[Token.RETRY_DELAY], message),
      )
    val told = classifier.classify(error, message)
    failureClass = told
    // The delay that comes with a daily quota belongs to another limit.
    this.error = if (told.retry() == RetryAdvice.NEVER) error.copy(waitHint = null) else error
    over = true
  }

  fun unreadable(fault: StreamFault) {
    if (over) return
    this.fault = fault
    failureClass = FailureClass.MALFORMED_ANSWER
    over = true
  }

  fun verdict(finishSuffices: Boolean): StreamVerdict {
    val failed = failureClass
    return when {
      failed != null -> StreamVerdict.Errored(failed, error, fault, contentEvents > 0, usage)
      over || finishSuffices && finished && !terminated ->
        StreamVerdict.Complete(reason ?: FinishReason.OTHER, rawReason, contentEvents > 0, usage)
      else -> StreamVerdict.Truncated(contentEvents > 0, usage)
    }
  }
}
