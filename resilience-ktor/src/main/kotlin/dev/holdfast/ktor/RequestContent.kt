package dev.holdfast.ktor

import io.ktor.client.request.HttpRequestBuilder
import io.ktor.http.ContentType
import io.ktor.http.Headers
import io.ktor.http.content.OutgoingContent
import io.ktor.utils.io.ByteChannel
import io.ktor.utils.io.cancel
import io.ktor.utils.io.readRemaining
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.launch
import kotlinx.io.readByteArray

/**
 * The bytes of a body that can be sent more than once; null for one that cannot, or that is written
 * as it is sent and longer than [LONGEST_WRITTEN]. What writes such a body is run.
 */
internal suspend fun OutgoingContent.repeatableBytes(): ByteArray? =
  when (this) {
    is OutgoingContent.ByteArrayContent -> bytes()
    is OutgoingContent.ContentWrapper -> delegate().repeatableBytes()
    is OutgoingContent.WriteChannelContent -> writtenBytes()
    else -> observed()?.repeatableBytes()
  }

/** Whether it is written anew each time it is sent, so that its bytes may differ. */
internal fun OutgoingContent.isWritten(): Boolean =
  when (this) {
    is OutgoingContent.WriteChannelContent -> true
    is OutgoingContent.ContentWrapper -> delegate().isWritten()
    else -> observed()?.isWritten() ?: false
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
