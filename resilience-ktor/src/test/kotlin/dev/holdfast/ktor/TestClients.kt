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
import io.ktor.client.engine.HttpClientEngineConfig
import io.ktor.client.engine.HttpClientEngineFactory
import io.ktor.client.engine.apache5.Apache5
import io.ktor.client.engine.cio.CIO
import io.ktor.client.engine.cio.CIOEngineConfig
import io.ktor.client.engine.java.Java
import io.ktor.client.engine.okhttp.OkHttp
import io.ktor.client.request.HttpRequestBuilder
import io.ktor.client.request.post
import io.ktor.client.request.setBody
import io.ktor.client.statement.HttpResponse
import io.ktor.http.ContentType
import io.ktor.http.contentType
import java.time.Duration
import java.util.concurrent.CopyOnWriteArrayList
import java.util.logging.Handler
import java.util.logging.LogRecord
import java.util.logging.Logger
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

/**
 * The engines that the plugin is run on, by name. A version of Ktor that lacks some names those
 * that it has in a system property.
 */
val ENGINES: Map<String, HttpClientEngineFactory<HttpClientEngineConfig>> = buildMap {
  val known = System.getProperty("test.engines")?.split(',')
  fun isHere(engine: String) = known == null || engine in known
  put("CIO", CIO)
  if (isHere("Java")) put("Java", Java)
  if (isHere("OkHttp")) put("OkHttp", OkHttp)
  if (isHere("Apache5")) put("Apache5", Apache5)
}

/** As [withClient], on another engine. */
suspend fun withEngine(
  engine: String,
  plugin: LlmResilienceConfig.() -> Unit = { use(resilienceOfTwo()) },
  around: HttpClientConfig<*>.() -> Unit = {},
  within: HttpClientConfig<*>.() -> Unit = {},
  test: suspend (ScriptedProvider, HttpClient) -> Unit,
) {
  ScriptedProvider.start().use { provider ->
    val client =
      HttpClient(ENGINES.getValue(engine)) {
        around()
        install(LlmResilience, plugin)
        within()
      }
    client.use { test(provider, it) }
  }
}

/** What the plugin logs while [block] runs. */
suspend fun logged(block: suspend () -> Unit): List<String> {
  val told = CopyOnWriteArrayList<String>()
  val handler =
    object : Handler() {
      override fun publish(record: LogRecord) {
        told += record.message
      }

      override fun flush() {}

      override fun close() {}
    }
  val logger = Logger.getLogger("dev.holdfast.ktor")
  logger.addHandler(handler)
  try {
    block()
  } finally {
    logger.removeHandler(handler)
  }
  return told
}

fun request(model: String, stream: Boolean = false): String =
  """{"model":"$model","max_tokens":16,"stream":$stream,"messages":[{"role":"user","content":"Hi"}]}"""

suspend fun HttpClient.ask(
  provider: ScriptedProvider,
  model: String = SONNET,
  stream: Boolean = false,
  path: String = "/v1/messages",
  configure: HttpRequestBuilder.() -> Unit = {},
): HttpResponse =
  post("${provider.baseUrl}$path") {
    contentType(ContentType.Application.Json)
    setBody(request(model, stream))
    configure()
  }

fun ScriptedProvider.askedModels(): List<String?> = requests().map { it.model }
