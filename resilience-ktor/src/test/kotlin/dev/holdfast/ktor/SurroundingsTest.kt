package dev.holdfast.ktor

import dev.holdfast.testkit.Behaviour
import dev.holdfast.testkit.ScriptedProvider
import io.kotest.assertions.throwables.shouldThrow
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
    val retry: Install = { install(HttpRequestRetry) { noRetry() } }
    fun timeout(millis: Long): Install = { install(HttpTimeout) { requestTimeoutMillis = millis } }
    context("what works against the plugin is told once") {
      withData<Mistake>(
        { it.name },
        Mistake("nothing", null),
        Mistake("retries before", "HttpRequestRetry is installed beside", around = retry),
        Mistake("retries after", "HttpRequestRetry is installed beside", within = retry),
        Mistake("a timeout before", "HttpTimeout is installed before", around = timeout(5_000)),
        Mistake("a long timeout before", null, around = timeout(200_000)),
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
          withClient(around = retry) { provider, client ->
            client.get(provider.baseUrl)
            client.ask(provider) { resilience { off() } }
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

    test("Apache's own limit of silence does not end an attempt that has more time") {
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

    test("Apache takes its limit from the first request, so one for no model is told of") {
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

          shouldThrow<HttpRequestTimeoutException> {
            client
              .preparePost("${provider.baseUrl}/v1/messages") {
                contentType(ContentType.Application.Json)
                setBody(request(SONNET, stream = true))
              }
              .execute { it.bodyAsText() }
          }
          // Ktor does not tell Apache that nobody reads on; the connection goes with the client.
          if (engine != "Apache5") provider.awaitOpenConnections(0, Duration.ofSeconds(10))
        }
      }
    }
  })
