package dev.holdfast.ktor

import dev.holdfast.testkit.Behaviour
import dev.holdfast.testkit.ScriptedProvider
import io.kotest.core.spec.style.FunSpec
import io.kotest.datatest.withData
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.ktor.client.HttpClient
import io.ktor.client.HttpClientConfig
import io.ktor.client.plugins.HttpTimeout
import io.ktor.client.plugins.UserAgent
import io.ktor.client.plugins.auth.Auth
import io.ktor.client.plugins.auth.providers.BearerTokens
import io.ktor.client.plugins.auth.providers.bearer
import io.ktor.client.plugins.compression.ContentEncoding
import io.ktor.client.plugins.compression.ContentEncodingConfig
import io.ktor.client.plugins.compression.compress
import io.ktor.client.plugins.cookies.HttpCookies
import io.ktor.client.plugins.defaultRequest
import io.ktor.client.plugins.logging.LogLevel
import io.ktor.client.plugins.logging.Logger
import io.ktor.client.plugins.logging.Logging
import io.ktor.client.plugins.sse.SSE
import io.ktor.client.plugins.sse.sse
import io.ktor.client.request.HttpRequestBuilder
import io.ktor.client.request.header
import io.ktor.client.request.post
import io.ktor.client.request.preparePost
import io.ktor.client.request.setBody
import io.ktor.client.statement.bodyAsText
import io.ktor.http.ContentType
import io.ktor.http.HttpMethod
import io.ktor.http.contentType
import java.util.concurrent.CopyOnWriteArrayList
import java.util.concurrent.atomic.AtomicInteger
import kotlinx.coroutines.flow.toList

private enum class Asking {
  WHOLE,
  STREAM,
  SESSION,
}

/** A client with all that applications install beside the plugin, before it or after it. */
private class Furnished(
  val engine: String,
  val isBefore: Boolean,
  val level: LogLevel = LogLevel.INFO,
) {
  val refreshes = AtomicInteger()
  val log = CopyOnWriteArrayList<String>()
  val shared = resilienceOfTwo()

  override fun toString() = "$engine, ${if (isBefore) "before" else "after"} the plugin"

  private fun HttpClientConfig<*>.furnish(provider: ScriptedProvider) {
    install(HttpTimeout) { requestTimeoutMillis = 150_000 }
    install(Logging) {
      level = this@Furnished.level
      logger =
        object : Logger {
          override fun log(message: String) {
            log += message
          }
        }
    }
    install(Auth) {
      bearer {
        loadTokens { BearerTokens("old", "r") }
        refreshTokens { BearerTokens("new-${refreshes.incrementAndGet()}", "r") }
      }
    }
    install(HttpCookies)
    install(ContentEncoding) { gzip() }
    install(UserAgent) { agent = "app/1" }
    install(SSE)
    defaultRequest {
      url(provider.baseUrl)
      header("x-team", "blue")
    }
  }

  suspend fun use(test: suspend (ScriptedProvider, HttpClient) -> Unit) {
    ScriptedProvider.start().use { provider ->
      HttpClient(ENGINES.getValue(engine)) {
          if (isBefore) furnish(provider)
          install(LlmResilience) { use(shared) }
          if (!isBefore) furnish(provider)
        }
        .use { test(provider, it) }
    }
  }
}

private suspend fun HttpClient.text(way: Asking): String {
  val configure: HttpRequestBuilder.() -> Unit = {
    method = HttpMethod.Post
    contentType(ContentType.Application.Json)
    setBody(request(SONNET, stream = way != Asking.WHOLE))
  }
  return when (way) {
    Asking.WHOLE -> post("/v1/messages", configure).bodyAsText()
    Asking.STREAM -> preparePost("/v1/messages", configure).execute { it.bodyAsText() }
    Asking.SESSION -> {
      var text = ""
      sse("/v1/messages", configure) { text = incoming.toList().joinToString("") { "${it.data}" } }
      text
    }
  }
}

class OtherPluginsTest :
  FunSpec({
    for (way in Asking.entries) {
      context("${way.name.lowercase()}: what is installed beside the plugin does its work") {
        val clients = ENGINES.keys.flatMap { listOf(Furnished(it, true), Furnished(it, false)) }
        withData<Furnished>({ "$it" }, clients) { furnished ->
          furnished.use { provider, client ->
            provider.anyModel().script {
              val isKnown = it.header("authorization") == "Bearer new-1"
              if (!isKnown) Behaviour.status(401, null, mapOf("www-authenticate" to "Bearer"))
              else if (it.model == HAIKU) Behaviour.healthy()
              else Behaviour.status(529, null, mapOf("set-cookie" to "sid=1; Path=/"))
            }

            client.text(way) shouldContain if (way == Asking.WHOLE) "Hello from $HAIKU" else HAIKU

            val asked = provider.requests()
            asked.map { it.model } shouldContainExactly listOf(SONNET, SONNET, HAIKU)
            asked.map { it.header("authorization") } shouldContainExactly
              listOf("Bearer old", "Bearer new-1", "Bearer new-1")
            furnished.refreshes.get() shouldBe 1
            asked.map { it.header("cookie") } shouldContainExactly listOf(null, null, "sid=1")
            for (header in listOf("user-agent" to "app/1", "x-team" to "blue")) {
              asked.map { it.header(header.first) }.toSet() shouldBe setOf(header.second)
            }
            asked.all { it.header("accept-encoding").orEmpty().startsWith("gzip") } shouldBe true
            furnished.log.count { it.startsWith("REQUEST") } shouldBe 3
            furnished.log.count { it.startsWith("RESPONSE") } shouldBe 3
            furnished.shared.breakers().breaker(SONNET).failures() shouldBe 1
          }
        }
      }
    }

    test("a request that is compressed hides its model, passes through, and is told once") {
      val told = logged {
        withClient(
          around = {
            install(ContentEncoding) {
              mode = ContentEncodingConfig.Mode.CompressRequest
              gzip()
            }
          }
        ) { provider, client ->
          provider.anyModel().always(Behaviour.overloaded())
          repeat(2) { client.ask(provider) { compress("gzip") }.resilience shouldBe null }
          provider.requests().size shouldBe 2
        }
      }
      told.single() shouldContain "passes through unguarded"
    }

    context("Logging reads bodies along, and streams stay whole") {
      val clients =
        ENGINES.keys.flatMap { engine ->
          listOf(true, false).map { Furnished(engine, it, LogLevel.ALL) }
        }
      withData<Furnished>({ "$it" }, clients) { furnished ->
        furnished.use { provider, client ->
          provider.model(SONNET).always(Behaviour.errorInStream(3))

          client.text(Asking.STREAM) shouldContain "message_stop"

          provider.askedModels() shouldContainExactly listOf(SONNET, HAIKU)
          furnished.log.count { it.startsWith("REQUEST") } shouldBe 2
        }
      }
    }
  })
