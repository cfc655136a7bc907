package dev.holdfast.ktor

import io.ktor.client.call.HttpClientCall
import io.ktor.client.call.save
import io.ktor.client.plugins.isSaved
import io.ktor.client.statement.HttpResponse
import io.ktor.http.contentLength
import io.ktor.util.AttributeKey
import java.io.IOException
import kotlinx.coroutines.CompletableJob
import kotlinx.coroutines.job

/** Whether the body is in memory, so that it can be read again and again. */
internal val HttpResponse.isHeld: Boolean
  get() = isSaved || call.attributes.contains(HELD)

/**
 * The call with its body in memory. A failure that would be streamed to the caller is read here, as
 * its body tells what it is, and its connection is free for the next attempt.
 */
internal suspend fun HttpClientCall.held(): HttpClientCall {
  if (response.isHeld || (response.contentLength() ?: 0) > LONGEST_HELD) return this
  return try {
    whole()
  } catch (_: IOException) {
    // Then the status and the headers say what they can.
    this
  }
}

/**
 * The call with its body in memory.
 *
 * @throws IOException if it cannot be read to its end
 */
internal suspend fun HttpClientCall.whole(): HttpClientCall =
  save().also {
    it.attributes.put(HELD, Unit)
    (response.coroutineContext.job as CompletableJob).complete()
  }

/** Ktor marks the calls that it holds itself, but not those that others ask it to hold. */
private val HELD = AttributeKey<Unit>("dev.holdfast.HeldBody")

private const val LONGEST_HELD = 1024L * 1024
