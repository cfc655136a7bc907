package dev.holdfast.ktor

import dev.holdfast.providers.WireProtocol
import dev.holdfast.providers.request.AnswerForm
import dev.holdfast.providers.request.JsonRequest
import dev.holdfast.providers.request.ModelRequest
import io.ktor.client.request.HttpRequestBuilder
import io.ktor.http.ContentType
import io.ktor.http.HttpHeaders
import io.ktor.http.content.OutgoingContent
import io.ktor.http.contentType
import io.ktor.http.encodedPath

/** Tells the requests that ask a model from all others. */
internal class RequestReader(private val settings: PluginSettings, private val notices: Notices) {

  /**
   * Whether the body must be written before it can be [read]. What writes it is run only where a
   * model call is to be expected.
   */
  fun mustWrite(request: HttpRequestBuilder, override: RequestResilience?): Boolean =
    request.content.written() != null &&
      request.typeOf(request.content).mayBeJson() &&
      isExpected(request, WireProtocol.ofPath(request.url.encodedPath), override)

  /**
   * What the request asks; null if it asks no model, or the model cannot be known.
   *
   * @param content its body, or what that has written
   */
  fun read(
    request: HttpRequestBuilder,
    content: OutgoingContent,
    override: RequestResilience?,
  ): LlmRequest? {
    if (content is OutgoingContent.NoContent) return null
    val type = request.typeOf(content)
    val path = request.url.encodedPath
    val protocol = WireProtocol.ofPath(path)
    val isExpected = isExpected(request, protocol, override)
    if (!type.mayBeJson()) {
      return if (isExpected) unread(request, content, override, override != null) else null
    }
    if (content.isOneShot()) {
      return if (isExpected) unread(request, content, override, true) else null
    }
    val text = content.text() ?: return null
    val original = ModelRequest.parse(request.withForm(path), text)
    if (original == null) {
      if (isExpected && type?.isJson() == true && JsonRequest.parse(text) == null) {
        notices.unreadable()
        return null
      }
      // JSON that names no model may be for the one that the request was told to be for.
      return override?.let { unread(request, content, it, true) }
    }
    if (!isExpected && !settings.knows(original.model)) return null
    return LlmRequest(
      model = original.model,
      protocol = protocol,
      form = original.answerForm,
      content = content.sentOnce(),
      freedom = if (request.isSigned()) Freedom.SAME_MODEL else Freedom.ANY_MODEL,
      original = original,
      text = text,
    )
  }

  private fun isExpected(
    request: HttpRequestBuilder,
    protocol: WireProtocol?,
    override: RequestResilience?,
  ): Boolean =
    protocol != null || override != null || settings.providers.knowsHost(request.url.host)

  /**
   * What a request asks whose body does not tell its model, or not before it is sent.
   *
   * @param isToldOf whether it is to be said if nothing else names the model
   */
  private fun unread(
    request: HttpRequestBuilder,
    content: OutgoingContent,
    override: RequestResilience?,
    isToldOf: Boolean,
  ): LlmRequest? {
    val path = request.url.encodedPath
    val original = ModelRequest.parse(request.withForm(path), "")
    val model = original?.model ?: override?.variantOf(settings.resilience)?.chain()?.first()
    if (model == null) {
      if (isToldOf) notices.hidden()
      return null
    }
    val wantsEvents = request.headers[HttpHeaders.Accept].orEmpty().contains("event-stream")
    return LlmRequest(
      model = model,
      protocol = WireProtocol.ofPath(path),
      form = original?.answerForm ?: if (wantsEvents) AnswerForm.EVENTS else AnswerForm.JSON,
      content = content.sentOnce(),
      freedom = Freedom.ONE_ATTEMPT,
      original = original,
      text = "",
    )
  }

  private fun OutgoingContent.sentOnce(): OutgoingContent =
    withoutReconnection()?.also { notices.reconnection() } ?: this

  private fun HttpRequestBuilder.typeOf(content: OutgoingContent): ContentType? =
    content.contentType ?: contentType()

  private fun ContentType.isJson(): Boolean =
    contentSubtype.equals("json", ignoreCase = true) ||
      contentSubtype.endsWith("+json", ignoreCase = true)

  /** Ktor calls a string plain text unless it is told better, and many servers do not mind. */
  private fun ContentType?.mayBeJson(): Boolean =
    this == null || isJson() || match(ContentType.Text.Plain)

  /** What of the URL tells the model and the form; the rest of the query may hold a key. */
  private fun HttpRequestBuilder.withForm(path: String): String =
    if (url.encodedParameters["alt"] == "sse") "$path?alt=sse" else path

  private fun HttpRequestBuilder.isSigned(): Boolean =
    headers[HttpHeaders.Authorization].orEmpty().startsWith("AWS4-")
}
