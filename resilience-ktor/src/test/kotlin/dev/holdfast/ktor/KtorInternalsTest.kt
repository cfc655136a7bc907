package dev.holdfast.ktor

import dev.holdfast.testkit.Behaviour
import dev.holdfast.testkit.ScriptedProvider
import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.datatest.withData
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
import io.ktor.client.plugins.onDownload
import io.ktor.client.plugins.onUpload
import io.ktor.client.plugins.retry
import io.ktor.client.plugins.sse.SSE
import io.ktor.client.plugins.sse.sse
import io.ktor.client.plugins.timeout
import io.ktor.client.request.HttpRequestBuilder
import io.ktor.client.request.post
import io.ktor.client.request.preparePost
import io.ktor.client.request.setBody
import io.ktor.client.request.takeFrom
import io.ktor.client.statement.bodyAsText
import io.ktor.http.ContentType
import io.ktor.http.HttpMethod
import io.ktor.http.content.OutgoingContent
import io.ktor.http.contentType
import kotlinx.coroutines.job

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

/** What an engine makes of bytes that are no proper answer. */
private class Broken(
  val name: String,
  val engine: String,
  val base: (Int) -> String = { "http://127.0.0.1:$it" },
  val act: RawConnection.() -> Unit,
) {
  /** What a client without the plugin ends with. */
  suspend fun thrown(): Throwable? =
    RawServer { act() }
      .use { server ->
        HttpClient(ENGINES.getValue(engine)).use { client ->
          runCatching { client.post(base(server.port)) { setBody("{}") }.bodyAsText() }
            .exceptionOrNull()
        }
      }
}

/**
 * The attributes, types and texts that Ktor keeps to itself, and that a newer one may call
 * otherwise without a word.
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

    test("a request whose download is watched is told from one whose is not") {
      val watched =
        seen(call = { client, at -> client.ask(at) { onDownload { _, _ -> } } }) {
          it.isDownloadObserved
        }
      val other = seen(call = { client, at -> client.ask(at) }) { it.isDownloadObserved }

      watched to other shouldBe (true to false)
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

    test("the engines with ways of their own are told from the others") {
      for ((name, engine) in ENGINES) {
        HttpClient(engine).use {
          it.isOnJava shouldBe (name == "Java")
          it.isOnApache shouldBe (name == "Apache5")
        }
      }
    }

    context("a broken connection is known whatever the engine throws for it") {
      val cases =
        listOf(
          Broken("a body shorter than its length", "CIO") {
            request()
            head("Content-Length: 100\r\n")
            send("short")
          },
          Broken("a body whose end no header announces", "CIO") {
            request()
            head(JSON_BODY)
            send("{}")
          },
          Broken("no HTTP", "CIO") {
            request()
            send("What do you want?\r\n\r\n")
          },
          Broken("no TLS", "CIO", ::secure) { send("HTTP/1.1 400 Bad Request\r\n\r\n") },
          Broken("no HTTP", "Apache5") {
            request()
            send("What do you want?\r\n\r\n")
          },
        )
      withData<Broken>({ "${it.engine}: ${it.name}" }, cases.filter { it.engine in ENGINES }) {
        val causes = generateSequence(it.thrown()) { thrown -> thrown.cause }.toList()

        withClue("$causes") { causes.any(Throwable::isOfBrokenTransport) shouldBe true }
      }
    }

    test("what the block of execute throws is told from what an engine throws").config(
      enabled = "3.4.3" != System.getProperty("test.ktor")
    ) {
      val ends = mutableListOf<Throwable?>()
      ScriptedProvider.start().use { provider ->
        provider.model(SONNET).always(Behaviour.stallStream(3))
        HttpClient(CIO).use { client ->
          runCatching {
            client
              .preparePost("${provider.baseUrl}/v1/messages") {
                setBody(request(SONNET, stream = true))
              }
              .execute { response ->
                response.coroutineContext.job.invokeOnCompletion { ends += it }
                error("The caller threw")
              }
          }
        }
      }
      ends.single().shouldNotBeNull().isOfCallersBlock() shouldBe true
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
