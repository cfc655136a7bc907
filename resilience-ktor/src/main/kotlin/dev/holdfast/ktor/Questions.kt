package dev.holdfast.ktor

import dev.holdfast.answers.Question
import dev.holdfast.answers.RequestKey
import dev.holdfast.providers.request.CanonicalJson
import io.ktor.client.request.HttpRequestBuilder
import io.ktor.http.encodedPath
import io.ktor.util.AttributeKey
import io.ktor.util.toMap
import java.security.MessageDigest
import java.util.HexFormat

/**
 * Tells which requests ask the same.
 *
 * @property tenant whose request one is; null if its credentials tell
 */
internal class Questions(private val tenant: (HttpRequestBuilder) -> String?) {

  /** What the request asks; null if its answer is to be its own. */
  fun of(request: HttpRequestBuilder, asked: LlmRequest, override: RequestResilience?): Question? {
    if (override?.isAlone == true || request.isStreamed || request.isSession) return null
    // Who watches an upload or a download is told of no other one.
    if (asked.content.observed() != null || request.isDownloadObserved) return null
    if (asked.freedom == Freedom.ONE_ATTEMPT) return null
    val body = asked.canonical() ?: return null
    val whose = tenant(request) ?: request.toldByCredentials()
    require(whose.isNotBlank()) { "tenant must not be blank, but was '$whose'" }
    // Neither a similar answer nor one of a name will do in a form that the caller does not read.
    val reader = "$whose ${asked.protocol ?: "-"} ${asked.form}"
    val id = override?.idempotencyKey
    val key =
      if (id != null) RequestKey.of(reader, id)
      else RequestKey.sha256(reader, request.place().toByteArray() + body)
    val prompt = if (asked.protocol == null) null else CanonicalJson.promptText(body)
    return if (prompt == null) Question.of(key) else Question.of(key, prompt)
  }

  /** Where the request goes, and the headers that change what a provider makes of it. */
  private fun HttpRequestBuilder.place(): String = buildString {
    append(method.value).append(' ')
    append(url.protocol.name).append("://").append(url.host).append(':').append(url.port)
    append(url.encodedPath).append('\n')
    url.encodedParameters
      .build()
      .toMap()
      .filterKeys { it !in CREDENTIAL_PARAMETERS }
      .toSortedMap()
      .forEach { (name, values) -> append(name).append('=').append(values).append('\n') }
    headers
      .names()
      .map { it.lowercase() }
      .filter { name -> VARYING.any(name::startsWith) }
      .sorted()
      .forEach { append(it).append(':').append(headers.getAll(it)).append('\n') }
  }

  private fun HttpRequestBuilder.toldByCredentials(): String {
    attributes.put(TOLD_BY_CREDENTIALS, Unit)
    return credentials()
  }

  /** A name for whoever has these credentials, that does not tell them. */
  private fun HttpRequestBuilder.credentials(): String {
    val digest = MessageDigest.getInstance("SHA-256")
    CREDENTIAL_HEADERS.forEach { digest.update("$it:${headers.getAll(it)}\n".toByteArray()) }
    CREDENTIAL_PARAMETERS.forEach {
      digest.update("$it=${url.encodedParameters.getAll(it)}\n".toByteArray())
    }
    digest.update("${url.encodedUser}:${url.encodedPassword}".toByteArray())
    return HexFormat.of().formatHex(digest.digest())
  }

  private companion object {
    val VARYING = listOf("accept", "anthropic-", "openai-")
  }
}

/** Whether its credentials are all that tells whose question this request asks. */
internal val HttpRequestBuilder.isToldByCredentials: Boolean
  get() = TOLD_BY_CREDENTIALS in attributes

private val TOLD_BY_CREDENTIALS = AttributeKey<Unit>("dev.holdfast.ToldByCredentials")
