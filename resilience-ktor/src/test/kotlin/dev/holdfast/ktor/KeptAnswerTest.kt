package dev.holdfast.ktor

import com.sun.net.httpserver.HttpServer
import dev.holdfast.answers.AnswersBuilder
import dev.holdfast.answers.RequestKey
import dev.holdfast.answers.ResponseStore
import dev.holdfast.answers.SimilarAnswers
import dev.holdfast.coroutines.replayFor
import dev.holdfast.testkit.Behaviour
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.datatest.withData
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.ktor.client.HttpClient
import io.ktor.client.HttpClientConfig
import io.ktor.client.engine.cio.CIO
import io.ktor.client.plugins.HttpRequestTimeoutException
import io.ktor.client.plugins.HttpTimeout
import io.ktor.client.plugins.HttpTimeoutCapability
import io.ktor.client.plugins.compression.ContentEncoding
import io.ktor.client.plugins.onUpload
import io.ktor.client.plugins.timeout
import io.ktor.client.request.HttpRequestBuilder
import io.ktor.client.request.header
import io.ktor.client.request.post
import io.ktor.client.request.setBody
import io.ktor.client.statement.HttpResponse
import io.ktor.client.statement.bodyAsBytes
import io.ktor.client.statement.bodyAsText
import io.ktor.http.ContentType
import io.ktor.http.HttpHeaders
import io.ktor.http.HttpStatusCode
import io.ktor.http.contentType
import io.ktor.http.isSuccess
import java.io.ByteArrayInputStream
import java.io.ByteArrayOutputStream
import java.net.InetAddress
import java.net.InetSocketAddress
import java.time.Duration
import java.util.concurrent.CompletableFuture
import java.util.zip.GZIPInputStream
import java.util.zip.GZIPOutputStream
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.minutes
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.async
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.withTimeout
import kotlinx.coroutines.withTimeoutOrNull
import kotlinx.coroutines.yield

private const val ANSWER =
  """{"type":"message","role":"assistant","content":[{"type":"text","text":"Hi"}],""" +
    """"stop_reason":"end_turn"}"""

private fun packed(text: String): ByteArray =
  ByteArrayOutputStream()
    .also { GZIPOutputStream(it).use { gzip -> gzip.write(text.toByteArray()) } }
    .toByteArray()

/**
 * Runs [test] with the address of a server that packs its answers for those who can unpack them.
 */
private suspend fun withPackingServer(test: suspend (String) -> Unit) {
  val server = HttpServer.create(InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0)
  server.createContext("/") { exchange ->
    exchange.requestBody.readAllBytes()
    exchange.responseHeaders["content-type"] = "application/json"
    val isPacked = exchange.requestHeaders.getFirst("accept-encoding")?.contains("gzip") == true
    if (isPacked) exchange.responseHeaders["content-encoding"] = "gzip"
    val body = if (isPacked) packed(ANSWER) else ANSWER.toByteArray()
    exchange.sendResponseHeaders(200, body.size.toLong())
    exchange.responseBody.use { it.write(body) }
  }
  server.start()
  try {
    test("http://127.0.0.1:${server.address.port}/v1/messages")
  } finally {
    server.stop(0)
  }
}

private suspend fun HttpClient.askAt(
  url: String,
  configure: HttpRequestBuilder.() -> Unit = {},
): HttpResponse =
  post(url) {
    contentType(ContentType.Application.Json)
    setBody(request(SONNET))
    configure()
  }

private fun keeping(
  answers: AnswersBuilder<KeptResponse>.() -> Unit = {
    store(ResponseStore.inMemory(10, Duration.ofHours(1)))
    replayFor(5.minutes)
  }
): LlmResilienceConfig.() -> Unit = {
  model(SONNET)
  retry { maxAttempts(1) }
  answers(configure = answers)
}

class KeptAnswerTest :
  FunSpec({
    test("an answer that is still packed says so, and is for those who can unpack it") {
      withPackingServer { url ->
        HttpClient(CIO) { install(LlmResilience, keeping()) }
          .use { client ->
            repeat(2) {
              val response = client.askAt(url) { header(HttpHeaders.AcceptEncoding, "gzip") }
              response.headers[HttpHeaders.ContentEncoding] shouldBe "gzip"
              val body = GZIPInputStream(ByteArrayInputStream(response.bodyAsBytes()))
              body.readAllBytes().decodeToString() shouldBe ANSWER
            }
            client.askAt(url).bodyAsText() shouldBe ANSWER
          }
      }
    }

    context("an answer that is unpacked is kept so, with ContentEncoding") {
      withData(true, false) { isBefore ->
        val unpacking: HttpClientConfig<*>.() -> Unit = { install(ContentEncoding) { gzip() } }
        withPackingServer { url ->
          HttpClient(CIO) {
              if (isBefore) unpacking()
              install(LlmResilience, keeping())
              if (!isBefore) unpacking()
            }
            .use { client ->
              repeat(2) {
                val response = client.askAt(url)
                response.headers[HttpHeaders.ContentEncoding].shouldBeNull()
                response.bodyAsText() shouldBe ANSWER
              }
            }
        }
      }
    }

    context("an answer to a similar question stands in for the same protocol and form only") {
      withData<Pair<String, Pair<String, Boolean>>>(
        { it.first },
        "another protocol" to ("/v1/chat/completions" to false),
        "another form" to ("/v1/messages" to true),
      ) { (_, asked) ->
        val similar = keeping { similar(SimilarAnswers.normalized(10, Duration.ofHours(1))) }
        withClient(similar) { provider, client ->
          client.ask(provider)
          provider.model(SONNET).always(Behaviour.overloaded())

          val other = client.ask(provider, stream = asked.second, path = asked.first)
          val same = client.ask(provider) { header("anthropic-beta", "another") }

          other.headers[DEGRADED_HEADER].shouldBeNull()
          other.status.isSuccess() shouldBe false
          (DEGRADED_HEADER in same.headers) shouldBe true
          same.bodyAsText() shouldContain "message"
        }
      }
    }

    context("the HttpTimeout of who asked first does not end the call for the others") {
      withData(ENGINES.keys) { engine ->
        val flights = keeping { singleFlight() }
        withEngine(engine, flights, { install(HttpTimeout) }) { provider, client ->
          val release = CompletableFuture<Unit>()
          provider.model(SONNET).always(Behaviour.hangUntil(release))
          lateinit var own: HttpRequestBuilder
          coroutineScope {
            val hasty = async {
              shouldThrow<HttpRequestTimeoutException> {
                client.ask(provider) {
                  timeout { requestTimeoutMillis = 700 }
                  own = this
                }
              }
            }
            while (client.answers.inFlight() == 0) yield()
            val patient = async { runCatching { client.ask(provider) } }
            withTimeout(10.seconds) { while (client.answers.counts().joined() == 0L) yield() }

            hasty.await()
            withTimeoutOrNull(500.milliseconds) { patient.await() }.shouldBeNull()
            release.complete(Unit)
            patient.await().getOrThrow().status shouldBe HttpStatusCode.OK
          }
          own.getCapabilityOrNull(HttpTimeoutCapability)?.requestTimeoutMillis shouldBe 700
          provider.requests() shouldHaveSize 1
        }
      }
    }

    test("a request whose upload is watched has a call of its own") {
      withClient(keeping()) { provider, client ->
        var watched = 0
        repeat(2) { client.ask(provider) { onUpload { _, _ -> watched++ } } }

        provider.requests() shouldHaveSize 2
        (watched >= 2) shouldBe true
      }
    }

    test("a store that throws is taken for an empty one") {
      val broken =
        object : ResponseStore<KeptResponse> {
          override fun get(key: RequestKey) = error("broken")

          override fun put(key: RequestKey, response: KeptResponse) = error("broken")
        }
      withClient(
        keeping {
          store(broken)
          replayFor(5.minutes)
        }
      ) { provider, client ->
        repeat(2) { client.ask(provider).status shouldBe HttpStatusCode.OK }
        provider.requests() shouldHaveSize 2
      }
    }
  })
