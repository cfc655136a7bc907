package dev.holdfast.ktor

import io.ktor.client.plugins.HttpTimeoutCapability
import io.ktor.client.plugins.HttpTimeoutConfig
import io.ktor.client.request.HttpRequestBuilder
import io.ktor.client.request.setBody
import io.ktor.client.request.takeFrom
import io.ktor.http.HttpHeaders
import io.ktor.http.content.OutgoingContent
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CompletableJob
import kotlinx.coroutines.Job
import kotlinx.coroutines.cancel
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.ensureActive

/**
 * A copy of this request for one attempt. What cancels the request cancels the copy and the
 * [attempt], and the request is not complete before the copy is; but a timeout that ends the copy
 * leaves the request alive for the next attempt.
 */
internal fun HttpRequestBuilder.subRequest(
  content: OutgoingContent,
  attempt: Job,
): HttpRequestBuilder {
  val copy = HttpRequestBuilder().takeFrom(this)
  copy.ownCapabilities()
  copy.setBody(content)
  copy.headers.remove(HttpHeaders.ContentLength)
  val link = Job(executionContext)
  link.invokeOnCompletion { cause ->
    if (cause != null) {
      // First, so that what the engine then throws is not taken for a failure of the model.
      attempt.cancel(cause.asCancellation())
      copy.executionContext.cancel(CancellationException(cause.message, cause))
    }
  }
  copy.executionContext.invokeOnCompletion { link.complete() }
  return copy
}

/**
 * Cancels [block] when the request is cancelled, as `HttpTimeout` does that is installed before the
 * plugin: its caller has gone, although the coroutine that asks is still alive.
 */
internal suspend fun <T> HttpRequestBuilder.whileWanted(block: suspend () -> T): T =
  coroutineScope {
    val watch = Job(executionContext)
    watch.invokeOnCompletion { cause -> if (cause != null) cancel(cause.asCancellation()) }
    try {
      block()
    } finally {
      watch.complete()
    }
  }

private fun Throwable.asCancellation(): CancellationException =
  this as? CancellationException ?: CancellationException(message, this)

internal val HttpRequestBuilder.isWanted: Boolean
  get() = !executionContext.isCancelled

/** Throws what the request was cancelled with, if it was. */
internal fun HttpRequestBuilder.ensureWanted() {
  if (!isWanted) executionContext.ensureActive()
}

/**
 * A copy of this request for a call that others share. Who asked first is cancelled alone, and its
 * limit of time is its own; those of the connection stay.
 */
internal fun HttpRequestBuilder.forAll(): HttpRequestBuilder {
  val copy = HttpRequestBuilder().takeFrom(this)
  copy.ownCapabilities()
  copy.getCapabilityOrNull(HttpTimeoutCapability)?.let {
    copy.setCapability(
      HttpTimeoutCapability,
      HttpTimeoutConfig(null, it.connectTimeoutMillis, it.socketTimeoutMillis),
    )
  }
  return copy
}

/** Says that no further call will be started under this request; it ends with the one under way. */
internal fun HttpRequestBuilder.completeContext() {
  (executionContext as CompletableJob).complete()
}

/**
 * Lifts the limits that engines have by default and that are shorter than many answers take: CIO
 * ends every call after 15 seconds, streams included, unless the request says that its timeouts are
 * taken care of; OkHttp and Apache wait 10 seconds for the next byte.
 *
 * @param leaveValues whether an `HttpTimeout` comes after us, which fills in what has no value
 */
internal fun HttpRequestBuilder.liftEngineTimeouts(leaveValues: Boolean) {
  val set = getCapabilityOrNull(HttpTimeoutCapability)
  if (set?.socketTimeoutMillis != null || (leaveValues && set != null)) return
  val silence = if (leaveValues) null else UNLIMITED
  setCapability(
    HttpTimeoutCapability,
    HttpTimeoutConfig(set?.requestTimeoutMillis, set?.connectTimeoutMillis, silence),
  )
}

private val UNLIMITED: Long? = HttpTimeoutConfig.INFINITE_TIMEOUT_MS
