package dev.holdfast.ktor

import io.ktor.client.HttpClient

// What is known of Ktor's engines by their names and their messages alone.

/**
 * Whether this is how an engine tells of a broken connection, or of bytes that are no HTTP, by an
 * exception that is none of input or output. Its text was written by Ktor, so it holds nothing of a
 * request.
 */
internal fun Throwable.isOfBrokenTransport(): Boolean {
  val types = generateSequence<Class<*>>(javaClass) { it.superclass }
  return types.any { it.name in ENGINE_EXCEPTIONS } ||
    (this is IllegalStateException || this is IllegalArgumentException) &&
      ENGINE_MESSAGES.any(message.orEmpty()::startsWith)
}

internal val HttpClient.isOnJava: Boolean
  get() = engine.javaClass.name == "io.ktor.client.engine.java.JavaHttpEngine"

internal val HttpClient.isOnApache: Boolean
  get() = engine.javaClass.name == "io.ktor.client.engine.apache5.Apache5Engine"

/** Whether Ktor has put this around what the block of `execute { }` threw. */
internal fun Throwable.isOfCallersBlock(): Boolean = message == THROWN_BY_BLOCK

private val ENGINE_EXCEPTIONS =
  setOf("io.ktor.http.cio.ParserException", "org.apache.hc.core5.http.HttpException")

private val ENGINE_MESSAGES =
  listOf("Content-Length mismatch", "Failed to parse request body", "Invalid TLS record type code")

private const val THROWN_BY_BLOCK = "Exception occurred during request execution"
