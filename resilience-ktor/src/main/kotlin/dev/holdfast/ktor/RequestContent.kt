package dev.holdfast.ktor

import io.ktor.client.request.HttpRequestBuilder
import io.ktor.http.ContentType
import io.ktor.http.Headers
import io.ktor.http.charset
import io.ktor.http.content.OutgoingContent
import io.ktor.http.content.TextContent
import io.ktor.utils.io.ByteChannel
import io.ktor.utils.io.cancel
import io.ktor.utils.io.readRemaining
import java.nio.charset.Charset
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.launch
import kotlinx.io.readByteArray

/** The body; plugins are handed a request when all that others had to make of it is made. */
internal val HttpRequestBuilder.content: OutgoingContent
  get() = body as OutgoingContent

/**
 * This body, or what it writes if it is one that is written as it is sent, in memory: so it is
 * written once, and the same each time. Null if that is longer than [LONGEST_WRITTEN].
 */
internal suspend fun OutgoingContent.kept(request: HttpRequestBuilder): OutgoingContent? {
  val bytes =
    (written() ?: return this).let { request.whileWanted { it.writtenBytes() } } ?: return null
  return withBytes(bytes, request)
}

/** The text of a body that is in memory; null for any other. */
internal fun OutgoingContent.text(): String? =
  when (this) {
    is TextContent -> text
    is OutgoingContent.ByteArrayContent -> bytes().toString(charset())
    is OutgoingContent.ContentWrapper -> delegate().text()
    else -> observed()?.text()
  }

internal fun OutgoingContent.charset(): Charset = contentType?.charset() ?: Charsets.UTF_8

/** What is written anew each time it is sent; null if nothing is. */
internal fun OutgoingContent.written(): OutgoingContent.WriteChannelContent? =
  when (this) {
    is OutgoingContent.WriteChannelContent -> this
    is OutgoingContent.ContentWrapper -> delegate().written()
    else -> observed()?.written()
  }

/** Whether it can be sent once only. */
internal fun OutgoingContent.isOneShot(): Boolean =
  when (this) {
    is OutgoingContent.ContentWrapper -> delegate().isOneShot()
    is OutgoingContent.ReadChannelContent -> observed()?.isOneShot() ?: true
    else -> false
  }

/** The same content with other bytes: same type, same headers, same wrappers around it. */
internal fun OutgoingContent.withBytes(
  bytes: ByteArray,
  request: HttpRequestBuilder,
): OutgoingContent {
  if (this is OutgoingContent.ContentWrapper) return copy(delegate().withBytes(bytes, request))
  val observed = observed()
  return if (observed == null) ReplacedContent(this, bytes)
  else observed.withBytes(bytes, request).observedAs(request)
}

private suspend fun OutgoingContent.WriteChannelContent.writtenBytes(): ByteArray? =
  coroutineScope {
    val channel = ByteChannel()
    val writing = launch {
      try {
        writeTo(channel)
        channel.flushAndClose()
      } catch (thrown: Throwable) {
        channel.cancel(thrown)
        throw thrown
      }
    }
    val bytes = channel.readRemaining(LONGEST_WRITTEN + 1).readByteArray()
    writing.cancel()
    channel.cancel()
    bytes.takeIf { it.size <= LONGEST_WRITTEN }
  }

/** What requests to models do not come near: providers refuse more than 20 to 50 MB. */
private const val LONGEST_WRITTEN = 64L * 1024 * 1024

private class ReplacedContent(original: OutgoingContent, private val bytes: ByteArray) :
  OutgoingContent.ByteArrayContent() {
  override val contentType: ContentType? = original.contentType
  override val contentLength: Long = bytes.size.toLong()
  override val headers: Headers = original.headers

  override fun bytes(): ByteArray = bytes
}
