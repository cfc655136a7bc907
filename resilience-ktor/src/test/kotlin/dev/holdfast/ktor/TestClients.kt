package dev.holdfast.ktor

import dev.holdfast.Resilience
import dev.holdfast.ResilienceBuilder
import dev.holdfast.coroutines.circuitBreaker
import dev.holdfast.coroutines.model
import dev.holdfast.coroutines.resilience
import dev.holdfast.coroutines.retry
import dev.holdfast.coroutines.waitDurationInOpenState
import dev.holdfast.retry.Backoff
import dev.holdfast.testkit.ScriptedProvider
import io.ktor.client.HttpClient
import io.ktor.client.HttpClientConfig
import io.ktor.client.engine.cio.CIO
import io.ktor.client.engine.cio.CIOEngineConfig
import io.ktor.client.request.HttpRequestBuilder
import io.ktor.client.request.post
import io.ktor.client.request.setBody
import io.ktor.client.statement.HttpResponse
import io.ktor.http.ContentType
import io.ktor.http.contentType
import java.time.Duration
import kotlin.time.Duration.Companion.minutes

const val SONNET: String = "claude-sonnet"
const val HAIKU: String = "claude-haiku"

/** Two models whose breakers open after three failures, and no wait between attempts. */
fun resilienceOfTwo(
  maxAttempts: Int = 1,
  configure: ResilienceBuilder.() -> Unit = {},
): Resilience = resilience {
  for (name in listOf(SONNET, HAIKU)) {
    model(name) {
      circuitBreaker {
        failureThreshold(3)
        waitDurationInOpenState(10.minutes)
      }
    }
  }
  retry {
    maxAttempts(maxAttempts)
    backoff(Backoff.fixed(Duration.ZERO))
  }
  configure()
}

/** Runs [test] with a fresh provider and a CIO client that has the plugin. */
suspend fun withClient(
  plugin: LlmResilienceConfig.() -> Unit = { use(resilienceOfTwo()) },
  around: HttpClientConfig<CIOEngineConfig>.() -> Unit = {},
  within: HttpClientConfig<CIOEngineConfig>.() -> Unit = {},
  test: suspend (ScriptedProvider, HttpClient) -> Unit,
) {
  ScriptedProvider.start().use { provider ->
    val client =
      HttpClient(CIO) {
        around()
        install(LlmResilience, plugin)
        within()
      }
    client.use { test(provider, it) }
  }
}

fun request(model: String, stream: Boolean = false): String =
  """{"model":"$model","max_tokens":16,"stream":$stream,"messages":[{"role":"user","content":"Hi"}]}"""

suspend fun HttpClient.ask(
  provider: ScriptedProvider,
  model: String = SONNET,
  stream: Boolean = false,
  configure: HttpRequestBuilder.() -> Unit = {},
): HttpResponse =
  post("${provider.baseUrl}/v1/messages") {
    contentType(ContentType.Application.Json)
    setBody(request(model, stream))
    configure()
  }

fun ScriptedProvider.askedModels(): List<String?> = requests().map { it.model }
