@file:OptIn(InternalAPI::class, InternalIoApi::class, UnsafeIoApi::class)

package dev.holdfast.ktor

import io.ktor.client.HttpClient
import io.ktor.client.call.HttpClientCall
import io.ktor.client.call.replaceResponse
import io.ktor.client.content.ObservableContent
import io.ktor.client.content.ProgressListener
import io.ktor.client.engine.HttpClientEngineCapability
import io.ktor.client.plugins.HttpTimeoutCapability
import io.ktor.client.plugins.HttpTimeoutConfig
import io.ktor.client.plugins.sse.SSEClientContent
import io.ktor.client.request.HttpRequestBuilder
import io.ktor.client.request.HttpRequestData
import io.ktor.client.request.HttpResponseData
import io.ktor.client.request.ResponseAdapter
import io.ktor.client.request.ResponseAdapterAttributeKey
import io.ktor.client.statement.HttpResponse
import io.ktor.http.Headers
import io.ktor.http.HttpHeaders
import io.ktor.http.HttpProtocolVersion
import io.ktor.http.HttpStatusCode
import io.ktor.http.content.OutgoingContent
import io.ktor.util.AttributeKey
import io.ktor.util.date.GMTDate
import io.ktor.util.filter
import io.ktor.utils.io.ByteReadChannel
import io.ktor.utils.io.InternalAPI
import io.ktor.utils.io.cancel
import io.ktor.utils.io.readRemaining
import java.io.IOException
import kotlinx.coroutines.Job
import kotlinx.io.Buffer
import kotlinx.io.InternalIoApi
import kotlinx.io.Source
import kotlinx.io.UnsafeIoApi
import kotlinx.io.readByteArray
import kotlinx.io.readString
import kotlinx.io.unsafe.UnsafeBufferOperations
import kotlinx.io.unsafe.withData

// Every use that this module makes of Ktor's internal API, in one place.

/**
 * A call that no engine has made: its response is [body], and works as one that came from a server.
 */
internal fun HttpClient.syntheticCall(
  request: HttpRequestBuilder,
  status: HttpStatusCode,
  headers: Headers,
  body: ByteArray,
): HttpClientCall {
  val data = request.build()
  // Ktor completes the job of a response when it has been read, so it has to be one of its own.
  val context = coroutineContext + Job(request.executionContext)
  val channel = ByteReadChannel(body)
  // client.sse { } wants a session as the body, and has left a way to make one with the request.
  val adapter = data.attributes.getOrNull(ResponseAdapterAttributeKey)
  val content = adapter?.adapt(data, status, headers, channel, data.body, context) ?: channel
  val response =
    HttpResponseData(status, GMTDate(), headers, HttpProtocolVersion.HTTP_1_1, content, context)
  return HttpClientCall(this, data, response)
}

/**
 * The beginning of the text of a body that Ktor holds in memory, so that whoever asked for it can
 * still read it; null for one that comes from the network as it is read.
 *
 * @param longest how many bytes are read at most
 */
internal suspend fun HttpResponse.heldText(longest: Long): String? =
  if (isHeld) rawContent.reading { readRemaining(longest).readString(Charsets.UTF_8) } else null

/**
 * What [look] says of a body that Ktor holds in memory: of all of it at once, which is not copied
 * if it is short.
 *
 * @param longest how many bytes a body may have; there is null for a longer one
 */
internal suspend fun <T : Any> HttpResponse.lookAtWhole(
  longest: Long,
  look: (ByteArray, Int, Int) -> T?,
): T? {
  val channel = rawContent
  val body = Buffer()
  channel.moveTo(body)
  // What Ktor holds has come at once, and whoever does not wait needs no coroutine.
  val isWhole = channel.closedCause == null && channel.isClosedForRead
  return if (isWhole) body.inOnePiece(longest, look) else channel.lookAtRest(body, longest, look)
}

private suspend fun <T : Any> ByteReadChannel.lookAtRest(
  body: Buffer,
  longest: Long,
  look: (ByteArray, Int, Int) -> T?,
): T? = reading {
  while (body.size <= longest && awaitContent() && moveTo(body)) continue
  body.inOnePiece(longest, look)
}

private fun <T : Any> Buffer.inOnePiece(longest: Long, look: (ByteArray, Int, Int) -> T?): T? {
  try {
    if (size > longest) return null
    UnsafeBufferOperations.forEachSegment(this) { context, segment ->
      if (segment.size.toLong() == size) {
        context.withData(segment) { bytes, from, to ->
          return look(bytes, from, to)
        }
      }
    }
    val bytes = readByteArray()
    return look(bytes, 0, bytes.size)
  } finally {
    // What is not read does not come back into the pool.
    clear()
  }
}

/** The whole body of a response that Ktor holds in memory. */
internal suspend fun HttpResponse.wholeBytes(): ByteArray =
  rawContent.reading { readRemaining().readByteArray() }

/** Has [look] see a body that Ktor holds in memory, piece by piece. */
internal suspend fun HttpResponse.lookAtHeld(look: (ByteArray, Int, Int) -> Unit): Unit =
  rawContent.reading {
    val seen = Buffer()
    while (awaitContent() && moveTo(seen, look)) seen.clear()
  }

/** Around the pipeline, in which other plugins would take this for the reading of the caller. */
private inline fun <T> ByteReadChannel.reading(read: ByteReadChannel.() -> T): T =
  try {
    read()
  } finally {
    // A channel that was read to its end holds nothing, and to cancel it takes a stack trace.
    if (!isClosedForRead) cancel()
  }

/** The call with a body that [observe] makes of its own; the same one for each who asks for it. */
internal fun HttpClientCall.observed(
  observe: (ByteReadChannel) -> ByteReadChannel
): HttpClientCall {
  val channel = observe(response.rawContent)
  return replaceResponse { channel }
}

/**
 * Has the session of `client.sse { }` read what [observe] makes of the body; [taken] gets it if the
 * response is one that such a session is for.
 */
internal fun <T : ByteReadChannel> HttpRequestBuilder.observeSession(
  observe: (HttpRequestData, Headers, ByteReadChannel) -> T,
  taken: (T) -> Unit,
) {
  val adapter = attributes.getOrNull(ResponseAdapterAttributeKey) ?: return
  attributes.put(
    ResponseAdapterAttributeKey,
    ResponseAdapter { data, status, headers, body, content, context ->
      val observed = observe(data, headers, body)
      adapter.adapt(data, status, headers, observed, content, context)?.also { taken(observed) }
    },
  )
}

/**
 * The call of a session without the length of its body. The body is the session's, so that Ktor
 * would miss all of it in looking for what an exception is to show, and hide that exception by its
 * own.
 */
internal fun HttpClientCall.withoutLength(): HttpClientCall {
  if (HttpHeaders.ContentLength !in response.headers) return this
  val headers = response.headers.filter { name, _ -> !name.equals(HttpHeaders.ContentLength, true) }
  val body = response.rawContent
  return replaceResponse(Headers.build { appendAll(headers) }) { body }
}

/** Whether this is the request of `client.sse { }`. */
internal val HttpRequestBuilder.isSession: Boolean
  get() = ResponseAdapterAttributeKey in attributes

/** Whether the caller reads the answer as it comes. */
internal val HttpRequestBuilder.isStreamed: Boolean
  get() = SKIP_SAVE_BODY in attributes

/** How often `HttpRequestRetry` may send the request again; null if it does not say. */
internal val HttpRequestBuilder.maxRetries: Int?
  get() = attributes.getOrNull(MAX_RETRIES)

/** Has this copy of a request not share its settings for the engine with the original. */
internal fun HttpRequestBuilder.ownCapabilities() {
  attributes.put(CAPABILITIES, attributes.getOrNull(CAPABILITIES)?.toMutableMap() ?: HashMap(FEW))
}

/** Has `Auth` leave a refusal of this request alone: its credentials are not for where it goes. */
internal fun HttpRequestBuilder.keepFromAuth() {
  attributes.put(AUTH_REQUEST, Unit)
}

/** Whether `Auth` has sent another request than [sent], which was refused: with its credential. */
internal fun HttpClientCall.isOfAuth(sent: HttpRequestBuilder): Boolean =
  AUTH_REQUEST in attributes && AUTH_REQUEST !in sent.attributes

/** The token that `Auth` has put in a request that [isOfAuth]; null if it is of another kind. */
internal val HttpClientCall.tokenOfAuth: String?
  get() = request.headers[HttpHeaders.Authorization]?.takeIf { it.startsWith("Bearer ") }

/** This content, with which `client.sse { }` sends the request once; null if it does anyway. */
internal fun OutgoingContent.withoutReconnection(): OutgoingContent? {
  if (this !is SSEClientContent || maxReconnectionAttempts == 0) return null
  return SSEClientContent(
    reconnectionTime,
    showCommentEvents,
    showRetryEvents,
    0,
    bufferPolicy,
    callContext,
    initialRequest,
    delegate(),
  )
}

/** A channel whose bytes are [ready] when its reader asks for them. */
internal abstract class ReadyChannel : ByteReadChannel {
  protected val ready: Buffer = Buffer()

  final override val readBuffer: Source
    get() = ready
}

/** Whether there are bytes for which nobody has to wait. */
internal fun ByteReadChannel.hasReady(): Boolean = bufferOrNull()?.exhausted() == false

/** Moves what has come to [target]; false if there is nothing to be had. */
internal fun ByteReadChannel.moveTo(target: Buffer): Boolean {
  val buffer = bufferOrNull() ?: return false
  return target.transferFrom(buffer) > 0
}

/** Moves what has come to [target], after a [look] at it; false if there is nothing to be had. */
internal fun ByteReadChannel.moveTo(target: Buffer, look: (ByteArray, Int, Int) -> Unit): Boolean {
  val buffer = bufferOrNull() ?: return false
  UnsafeBufferOperations.forEachSegment(buffer) { context, segment ->
    context.withData(segment) { bytes, from, to -> look(bytes, from, to) }
  }
  return target.transferFrom(buffer) > 0
}

/** A channel that was closed with a cause does not give away what is left. */
private fun ByteReadChannel.bufferOrNull(): Buffer? =
  try {
    if (closedCause == null) readBuffer.buffer else null
  } catch (_: IOException) {
    null
  }

/** The body whose upload `onUpload` observes; null if this is no such body. */
internal fun OutgoingContent.observed(): OutgoingContent? = (this as? ObservableContent)?.delegate

/** This body, observed as the body of the request is. */
internal fun OutgoingContent.observedAs(request: HttpRequestBuilder): OutgoingContent {
  val listener = request.attributes.getOrNull(UPLOAD_LISTENER) ?: return this
  return ObservableContent(this, request.executionContext, listener)
}

/** Whether `onDownload` observes how the answer comes. */
internal val HttpRequestBuilder.isDownloadObserved: Boolean
  get() = DOWNLOAD_LISTENER in attributes

/** Equal to keys that Ktor keeps to itself. */
private val SKIP_SAVE_BODY = AttributeKey<Unit>("SkipSaveBody")

/** Ktor's own, as a key that is only equal to it takes long to compare. */
@Suppress("UNCHECKED_CAST")
private val CAPABILITIES: AttributeKey<MutableMap<HttpClientEngineCapability<*>, Any>> =
  HttpRequestBuilder()
    .apply { setCapability(HttpTimeoutCapability, HttpTimeoutConfig()) }
    .attributes
    .allKeys
    .single { it.name == "EngineCapabilities" }
    as AttributeKey<MutableMap<HttpClientEngineCapability<*>, Any>>

/** Nearly all requests have settings of one kind, for their timeouts. */
private const val FEW = 2

private val MAX_RETRIES = AttributeKey<Int>("MaxRetriesPerRequestAttributeKey")

/** The `AuthCircuitBreaker` of a module that need not be there. */
private val AUTH_REQUEST = AttributeKey<Unit>("auth-request")

private val UPLOAD_LISTENER = AttributeKey<ProgressListener>("UploadProgressListenerAttributeKey")

private val DOWNLOAD_LISTENER =
  AttributeKey<ProgressListener>("DownloadProgressListenerAttributeKey")
