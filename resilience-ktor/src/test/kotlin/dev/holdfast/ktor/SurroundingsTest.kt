package dev.holdfast.ktor

import dev.holdfast.testkit.Behaviour
import dev.holdfast.testkit.ScriptedProvider
import io.kotest.core.spec.style.FunSpec
import io.kotest.datatest.withData
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldStartWith
import io.ktor.client.HttpClient
import io.ktor.client.HttpClientConfig
import io.ktor.client.engine.apache5.Apache5
import io.ktor.client.engine.cio.CIOEngineConfig
import io.ktor.client.engine.okhttp.OkHttp
import io.ktor.client.plugins.HttpRequestRetry
import io.ktor.client.plugins.HttpRequestTimeoutException
import io.ktor.client.plugins.HttpTimeout
import io.ktor.client.plugins.retry
import io.ktor.client.request.get
import io.ktor.client.request.header
import io.ktor.client.request.preparePost
import io.ktor.client.request.setBody
import io.ktor.client.statement.bodyAsText
import io.ktor.http.ContentType
import io.ktor.http.contentType
import java.time.Duration

private typealias Install = HttpClientConfig<CIOEngineConfig>.() -> Unit

private class Mistake(
  val name: String,
  val told: String?,
  val around: Install = {},
  val within: Install = {},
  val retryCount: String? = null,
)

class SurroundingsTest :
  FunSpec({
    fun retry(times: Int): Install = { install(HttpRequestRetry) { maxRetries = times } }
    fun timeout(millis: Long): Install = { install(HttpTimeout) { requestTimeoutMillis = millis } }
    fun silence(millis: Long): Install = { install(HttpTimeout) { socketTimeoutMillis = millis } }
    context("what works against the plugin is told once") {
      withData<Mistake>(
        { it.name },
        Mistake("nothing", null),
        Mistake("retries before", "HttpRequestRetry is installed beside", around = retry(1)),
        Mistake("retries after", "HttpRequestRetry is installed beside", within = retry(1)),
        Mistake("retries before, switched off", null, around = retry(0)),
        Mistake("retries after, switched off", null, within = retry(0)),
        Mistake("a timeout before", "HttpTimeout is installed before", around = timeout(5_000)),
        Mistake("a long timeout before", null, around = timeout(200_000)),
        Mistake("a short silence before", "HttpTimeout ends an attempt", around = silence(30_000)),
        Mistake("a long silence before", null, around = silence(60_000)),
        Mistake("a short silence after", null, within = silence(30_000)),
        Mistake("a timeout after", null, within = timeout(5_000)),
        Mistake("a first try of an SDK", null, retryCount = "0"),
        Mistake("a retry of an SDK", "The SDK that makes the requests", retryCount = "1"),
      ) { mistake ->
        val told = logged {
          withClient(around = mistake.around, within = mistake.within) { provider, client ->
            repeat(2) {
              client.ask(provider) {
                mistake.retryCount?.let { header("X-Stainless-Retry-Count", it) }
              }
            }
          }
        }
        if (mistake.told == null) told.shouldBeEmpty()
        else {
          told shouldHaveSize 1
          told.single() shouldStartWith mistake.told
        }
      }
    }

    test("a request that is not guarded is told nothing") {
      logged {
          withClient(around = retry(1)) { provider, client ->
            client.get(provider.baseUrl)
            client.ask(provider) { resilience { off() } }
          }
        }
        .shouldBeEmpty()
    }

    test("retries that are switched off for a request are no mistake") {
      logged {
          withClient(around = retry(1)) { provider, client ->
            client.ask(provider) { retry { noRetry() } }
          }
        }
        .shouldBeEmpty()
    }

    suspend fun patient(client: HttpClient, provider: ScriptedProvider) {
      provider.anyModel().always(Behaviour.healthy(latency = Duration.ofMillis(600)))
      client.use { it.ask(provider).resilience?.attempts()?.size shouldBe 1 }
    }

    test("OkHttp's own limit of silence does not end an attempt that has more time") {
      ScriptedProvider.start().use { provider ->
        patient(
          HttpClient(OkHttp) {
            engine { config { readTimeout(Duration.ofMillis(200)) } }
            install(LlmResilience) { use(resilienceOfTwo()) }
          },
          provider,
        )
      }
    }

    test("Apache's own limit of silence does not end an attempt that has more time").config(
      enabled = "Apache5" in ENGINES
    ) {
      ScriptedProvider.start().use { provider ->
        patient(
          HttpClient(Apache5) {
            engine { socketTimeout = 200 }
            install(LlmResilience) { use(resilienceOfTwo()) }
          },
          provider,
        )
      }
    }

    test("Apache takes its limit from the first request, so one for no model is told of").config(
      enabled = "Apache5" in ENGINES
    ) {
      val told = logged {
        withEngine("Apache5") { provider, client ->
          client.get(provider.baseUrl)
          repeat(2) { client.ask(provider) }
        }
      }
      told.single() shouldContain "Apache5 takes its timeouts from the first request"
    }

    test("the limit of silence of an HttpTimeout after the plugin stays") {
      ScriptedProvider.start().use { provider ->
        provider.model(SONNET).always(Behaviour.hang())
        HttpClient(OkHttp) {
            install(LlmResilience) { use(resilienceOfTwo()) }
            install(HttpTimeout) { socketTimeoutMillis = 200 }
          }
          .use { it.ask(provider).resilience?.served() shouldBe HAIKU }
      }
    }

    context("HttpTimeout before the plugin ends a stream after its headers as well") {
      withData(ENGINES.keys) { engine ->
        withEngine(engine, around = { install(HttpTimeout) { requestTimeoutMillis = 500 } }) {
          provider,
          client ->
          provider.model(SONNET).always(Behaviour.stallStream(4))

          val thrown = runCatching {
            client
              .preparePost("${provider.baseUrl}/v1/messages") {
                contentType(ContentType.Application.Json)
                setBody(request(SONNET, stream = true))
              }
              .execute { it.bodyAsText() }
          }
          generateSequence(thrown.exceptionOrNull()) { it.cause }
            .any { it is HttpRequestTimeoutException } shouldBe true
          // Ktor does not tell Apache that nobody reads on; the connection goes with the client.
          if (engine != "Apache5") provider.awaitOpenConnections(0, Duration.ofSeconds(10))
        }
      }
    }
  })
