package dev.holdfast.ktor

import dev.holdfast.testkit.ScriptedProvider
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.shouldNotBe
import io.ktor.client.HttpClient
import io.ktor.client.HttpClientConfig
import io.ktor.client.engine.cio.CIO
import io.ktor.client.plugins.HttpRequestRetry
import io.ktor.client.plugins.HttpTimeout
import io.ktor.client.plugins.HttpTimeoutCapability
import io.ktor.client.plugins.HttpTimeoutConfig
import io.ktor.client.plugins.api.Send
import io.ktor.client.plugins.api.createClientPlugin
import io.ktor.client.plugins.onUpload
import io.ktor.client.plugins.retry
import io.ktor.client.plugins.sse.SSE
import io.ktor.client.plugins.sse.sse
import io.ktor.client.plugins.timeout
import io.ktor.client.request.HttpRequestBuilder
import io.ktor.client.request.preparePost
import io.ktor.client.request.setBody
import io.ktor.client.request.takeFrom
import io.ktor.http.ContentType
import io.ktor.http.HttpMethod
import io.ktor.http.content.OutgoingContent
import io.ktor.http.contentType

/** What is told by [look] of a request that Ktor is about to send to a server of this machine. */
private suspend fun <T> seen(
  configure: HttpClientConfig<*>.() -> Unit = {},
  call: suspend (HttpClient, ScriptedProvider) -> Unit,
  look: (HttpRequestBuilder) -> T,
): T {
  val told = mutableListOf<T>()
  val looking =
    createClientPlugin("Looking") {
      on(Send) {
        told += look(it)
        proceed(it)
      }
    }
  ScriptedProvider.start().use { provider ->
    HttpClient(CIO) {
        configure()
        install(looking)
      }
      .use { call(it, provider) }
  }
  return told.first()
}

/**
 * The attributes and types that Ktor keeps to itself, and that a newer one may call otherwise
 * without a word.
 */
class KtorInternalsTest :
  FunSpec({
    test("a request that is streamed is told from one that is read whole") {
      val streamed = seen(call = { client, at -> client.stream(at) }) { it.isStreamed }
      val whole = seen(call = { client, at -> client.ask(at) }) { it.isStreamed }

      streamed to whole shouldBe (true to false)
    }

    test("the retries that a request asks HttpRequestRetry for are known") {
      val retries: HttpClientConfig<*>.() -> Unit = { install(HttpRequestRetry) }
      seen(retries, { client, at -> client.ask(at) { retry { maxRetries = 7 } } }) {
        it.maxRetries
      } shouldBe 7
    }

    test("a body whose upload is watched is read, and a changed one is watched as well") {
      seen(call = { client, at -> client.ask(at) { onUpload { _, _ -> } } }) {
          val inner = (it.body as OutgoingContent).observed().shouldNotBeNull()
          inner.observed().shouldBeNull()
          inner.observedAs(it)
        }
        .observed()
        .shouldNotBeNull()
    }

    test("the request of a session is told, and sent without its reconnection") {
      val events: HttpClientConfig<*>.() -> Unit = { install(SSE) { maxReconnectionAttempts = 2 } }
      val (isSession, once) =
        seen(events, { client, at -> runCatching { client.events(at) } }) {
          it.isSession to (it.body as OutgoingContent).withoutReconnection()
        }

      isSession shouldBe true
      once.shouldNotBeNull().withoutReconnection().shouldBeNull()
    }

    test("a copy with settings of its own leaves those of the original alone") {
      val limits: HttpClientConfig<*>.() -> Unit = { install(HttpTimeout) }
      seen(limits, { client, at -> client.ask(at) { timeout { requestTimeoutMillis = 9_000 } } }) {
        val copy = HttpRequestBuilder().takeFrom(it)
        copy.ownCapabilities()
        copy.getCapabilityOrNull(HttpTimeoutCapability)?.requestTimeoutMillis shouldBe 9_000
        copy.setCapability(HttpTimeoutCapability, HttpTimeoutConfig(1, null, null))
        it.getCapabilityOrNull(HttpTimeoutCapability)?.requestTimeoutMillis
      } shouldBe 9_000
    }
  })

private suspend fun HttpClient.stream(provider: ScriptedProvider) =
  preparePost("${provider.baseUrl}/v1/messages") { setBody(request(SONNET, stream = true)) }
    .execute { it.status shouldNotBe null }

private suspend fun HttpClient.events(provider: ScriptedProvider) =
  sse(
    "${provider.baseUrl}/v1/messages",
    request = {
      method = HttpMethod.Post
      contentType(ContentType.Application.Json)
      setBody(request(SONNET, stream = true))
    },
  ) {}
