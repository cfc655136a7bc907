package dev.holdfast.providers.degraded

import dev.holdfast.providers.WireProtocol
import dev.holdfast.providers.WireProtocol.ANTHROPIC_MESSAGES
import dev.holdfast.providers.WireProtocol.BEDROCK_CONVERSE
import dev.holdfast.providers.WireProtocol.BEDROCK_INVOKE
import dev.holdfast.providers.WireProtocol.GEMINI
import dev.holdfast.providers.WireProtocol.OPENAI_CHAT
import dev.holdfast.providers.WireProtocol.OPENAI_RESPONSES
import dev.holdfast.providers.request.AnswerForm

/**
 * A text that stands in for a model's answer, in the caller's protocol, so that the code which
 * reads answers can read this one. It is no model's answer and does not claim to be: its model and
 * its id are `degraded`, and it reports no tokens. Converse answers name neither, so theirs have
 * `"degraded": true` among the `additionalModelResponseFields`.
 *
 * Immutable. Each function throws [IllegalArgumentException] for a form that the protocol does not
 * have; [forms] tells which it has.
 */
public class DegradedAnswer(private val text: String) {

  /** The body of an answer that is not a stream. */
  public fun json(protocol: WireProtocol): String {
    check(protocol, AnswerForm.JSON)
    return when (protocol) {
      ANTHROPIC_MESSAGES -> MessagesAnswer(text).json()
      OPENAI_CHAT -> ChatAnswer(text).json()
      OPENAI_RESPONSES -> ResponsesAnswer(text).json()
      GEMINI -> GeminiAnswer(text).json()
      else -> ConverseAnswer(text).json()
    }.toString()
  }

  /** The body of an answer that is a stream of events (SSE), with the protocol's own end. */
  public fun events(protocol: WireProtocol): String {
    check(protocol, AnswerForm.EVENTS)
    return when (protocol) {
      ANTHROPIC_MESSAGES -> MessagesAnswer(text).events()
      OPENAI_CHAT -> ChatAnswer(text).events()
      OPENAI_RESPONSES -> ResponsesAnswer(text).events()
      else -> GeminiAnswer(text).events()
    }
  }

  /** The body of an answer in the form that a request asked for, as it is sent. */
  public fun body(protocol: WireProtocol, form: AnswerForm): ByteArray {
    check(protocol, form)
    return when (form) {
      AnswerForm.JSON -> json(protocol).encodeToByteArray()
      AnswerForm.EVENTS -> events(protocol).encodeToByteArray()
      AnswerForm.JSON_ARRAY -> "[${json(protocol)}]".encodeToByteArray()
      AnswerForm.AWS_EVENTS -> ConverseAnswer(text).frames()
    }
  }

  private fun check(protocol: WireProtocol, form: AnswerForm) {
    require(form in forms(protocol)) { "form must be one of ${forms(protocol)}, but was $form" }
  }

  public companion object {
    private val COMMON = setOf(AnswerForm.JSON, AnswerForm.EVENTS)
    private val OF_GEMINI = COMMON + AnswerForm.JSON_ARRAY
    private val OF_CONVERSE = setOf(AnswerForm.JSON, AnswerForm.AWS_EVENTS)

    /**
     * The forms in which there are degraded answers in this protocol; none in Bedrock's
     * InvokeModel, which leaves the format to each model.
     */
    @JvmStatic
    public fun forms(protocol: WireProtocol): Set<AnswerForm> =
      when (protocol) {
        ANTHROPIC_MESSAGES,
        OPENAI_CHAT,
        OPENAI_RESPONSES -> COMMON
        GEMINI -> OF_GEMINI
        BEDROCK_CONVERSE -> OF_CONVERSE
        BEDROCK_INVOKE -> setOf()
      }
  }
}

/** What stands for the model and the id of an answer that no model gave. */
internal const val DEGRADED: String = "degraded"
