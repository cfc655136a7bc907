@file:OptIn(InternalAPI::class)

package dev.holdfast.ktor

import io.ktor.client.HttpClient
import io.ktor.client.call.HttpClientCall
import io.ktor.client.content.ObservableContent
import io.ktor.client.content.ProgressListener
import io.ktor.client.request.HttpRequestBuilder
import io.ktor.client.request.HttpResponseData
import io.ktor.client.request.ResponseAdapterAttributeKey
import io.ktor.client.statement.HttpResponse
import io.ktor.http.Headers
import io.ktor.http.HttpProtocolVersion
import io.ktor.http.HttpStatusCode
import io.ktor.http.content.OutgoingContent
import io.ktor.util.AttributeKey
import io.ktor.util.date.GMTDate
import io.ktor.utils.io.ByteReadChannel
import io.ktor.utils.io.InternalAPI
import io.ktor.utils.io.cancel
import io.ktor.utils.io.readRemaining
import kotlinx.coroutines.Job
import kotlinx.io.readByteArray

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
 * The beginning of a body that Ktor holds in memory, so that whoever asked for it can still read
 * it; null for one that comes from the network as it is read.
 */
internal suspend fun HttpResponse.heldBytes(longest: Long): ByteArray? {
  if (!isHeld) return null
  // Around the pipeline, in which other plugins would take this for the reading of the caller.
  val channel = rawContent
  try {
    return channel.readRemaining(longest).readByteArray()
  } finally {
    channel.cancel()
  }
}

/** The body whose upload `onUpload` observes; null if this is no such body. */
internal fun OutgoingContent.observed(): OutgoingContent? = (this as? ObservableContent)?.delegate

/** This body, observed as the body of the request is. */
internal fun OutgoingContent.observedAs(request: HttpRequestBuilder): OutgoingContent {
  val listener = request.attributes.getOrNull(UPLOAD_LISTENER) ?: return this
  return ObservableContent(this, request.executionContext, listener)
}

/** Equal to a key that Ktor keeps to itself. */
private val UPLOAD_LISTENER = AttributeKey<ProgressListener>("UploadProgressListenerAttributeKey")
