package dev.holdfast.ktor

import dev.holdfast.providers.WireProtocol
import dev.holdfast.providers.request.AnswerForm
import dev.holdfast.providers.request.CanonicalJson
import dev.holdfast.providers.request.ModelRequest
import dev.holdfast.providers.request.SwitchRules
import io.ktor.http.content.OutgoingContent

/**
 * A request that asks a model, as the caller made it; each attempt is made from it anew. Immutable.
 *
 * @property model the model that it names
 * @property protocol the protocol that its path speaks; null if it is none of the known ones
 * @property form the form in which it wants the answer
 * @property content the body; one that was written is kept as bytes
 */
internal class LlmRequest(
  val model: String,
  val protocol: WireProtocol?,
  val form: AnswerForm,
  val content: OutgoingContent,
  val freedom: Freedom,
  private val original: ModelRequest?,
  private val text: String,
) {

  /** The body in a form that is the same for equal requests; null if it is none that is known. */
  fun canonical(): ByteArray? = if (original == null) null else CanonicalJson.of(text)

  /**
   * The bytes of the body.
   *
   * @throws IllegalArgumentException if they cannot be read before they are sent
   */
  fun bytes(): ByteArray {
    require(freedom != Freedom.ONE_ATTEMPT) { "a body that can be sent only once has no transform" }
    return text.toByteArray(content.charset())
  }

  /** What to send to another model, or to the same one with some changes. */
  fun changedFor(model: String, rules: SwitchRules): Changes {
    val isSame = model == this.model && rules.rules.isEmpty()
    if (original == null || isSame) return Changes.NONE
    val rewritten = original.withModel(model, rules)
    val body = rewritten.body
    return Changes(
      path = if (model == this.model) null else rewritten.url.substringBefore('?'),
      bytes = if (body == text) null else body.toByteArray(content.charset()),
    )
  }

  /**
   * What differs from the caller's request.
   *
   * @property path the path, encoded; null if it is the same
   * @property bytes the body; null if it is the same
   */
  class Changes(val path: String?, val bytes: ByteArray?) {
    companion object {
      val NONE: Changes = Changes(null, null)
    }
  }
}
