package dev.holdfast.ktor

import io.ktor.http.ContentType
import io.ktor.http.Headers
import io.ktor.http.charset
import io.ktor.http.content.OutgoingContent
import io.ktor.http.content.TextContent
import java.nio.charset.Charset

/** The text of a body that can be sent more than once; null for one that cannot. */
internal fun OutgoingContent.repeatableText(): String? =
  when (this) {
    is TextContent -> text
    is OutgoingContent.ByteArrayContent -> bytes().toString(charset())
    is OutgoingContent.ContentWrapper -> delegate().repeatableText()
    else -> null
  }

/** The same content with other text: same type, same headers, same wrappers around it. */
internal fun OutgoingContent.withText(text: String): OutgoingContent =
  when (this) {
    is OutgoingContent.ContentWrapper -> copy(delegate().withText(text))
    else -> ReplacedContent(this, text.toByteArray(charset()))
  }

private fun OutgoingContent.charset(): Charset = contentType?.charset() ?: Charsets.UTF_8

private class ReplacedContent(original: OutgoingContent, private val bytes: ByteArray) :
  OutgoingContent.ByteArrayContent() {
  override val contentType: ContentType? = original.contentType
  override val contentLength: Long = bytes.size.toLong()
  override val headers: Headers = original.headers

  override fun bytes(): ByteArray = bytes
}
