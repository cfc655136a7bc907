package dev.holdfast.ktor

import dev.holdfast.testkit.Behaviour
import dev.holdfast.testkit.ScriptedProvider
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.datatest.withData
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.ktor.client.HttpClient
import io.ktor.client.HttpClientConfig
import io.ktor.client.call.body
import io.ktor.client.engine.cio.CIO
import io.ktor.client.plugins.ClientRequestException
import io.ktor.client.plugins.ResponseException
import io.ktor.client.plugins.ServerResponseException
import io.ktor.client.plugins.contentnegotiation.ContentNegotiation
import io.ktor.client.request.post
import io.ktor.client.request.setBody
import io.ktor.client.statement.bodyAsText
import io.ktor.http.ContentType
import io.ktor.http.contentType
import io.ktor.serialization.kotlinx.json.json
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.buildJsonObject
import kotlinx.serialization.json.jsonPrimitive
import kotlinx.serialization.json.put

private class JsonClient(val engine: String, val isAround: Boolean) {
  override fun toString() = "$engine, ContentNegotiation ${if (isAround) "before" else "after"}"

  suspend fun use(test: suspend (ScriptedProvider, HttpClient) -> Unit) {
    val json: HttpClientConfig<*>.() -> Unit = {
      expectSuccess = true
      install(ContentNegotiation) { json() }
    }
    withEngine(
      engine,
      around = if (isAround) json else ({}),
      within = if (isAround) ({}) else json,
      test = test,
    )
  }
}

private suspend fun HttpClient.message(provider: ScriptedProvider): JsonObject =
  post("${provider.baseUrl}/v1/messages") {
      contentType(ContentType.Application.Json)
      setBody(buildJsonObject { put("model", SONNET) })
    }
    .body<JsonObject>()

class JsonClientTest :
  FunSpec({
    val clients = ENGINES.keys.flatMap { listOf(JsonClient(it, true), JsonClient(it, false)) }

    test("the block of install is all that such a client needs") {
      ScriptedProvider.start().use { provider ->
        provider.anyModel().always(Behaviour.overloaded())
        val url = "${provider.baseUrl}/v1/messages"
        val request = buildJsonObject { put("model", SONNET) }
        val client =
          HttpClient(CIO) {
            expectSuccess = true
            install(ContentNegotiation) { json() }
            install(LlmResilience) {
              model(SONNET)
              model(HAIKU)
              retry { maxAttempts(1) }
            }
          }
        val told =
          try {
            val message: JsonObject =
              client
                .post(url) {
                  contentType(ContentType.Application.Json)
                  setBody(request)
                }
                .body()
            error("$message")
          } catch (refused: ResponseException) {
            refused.resilience
          }
        client.close()
        told?.attempts()?.map { it.model() } shouldBe listOf(SONNET, HAIKU)
      }
    }

    context("objects go to another model and come back from it") {
      withData<JsonClient>({ "$it" }, clients) { json ->
        json.use { provider, client ->
          provider.model(SONNET).always(Behaviour.overloaded())

          client.message(provider)["model"]?.jsonPrimitive?.content shouldBe HAIKU

          provider.requests().map { it.body } shouldContainExactly
            listOf("""{"model":"$SONNET"}""", """{"model":"$HAIKU"}""")
        }
      }
    }

    context("a last response that is bad is the exception that Ktor has for it") {
      withData<JsonClient>({ "$it" }, clients) { json ->
        json.use { provider, client ->
          provider.anyModel().next(Behaviour.status(400)).always(Behaviour.overloaded())

          val refused = shouldThrow<ClientRequestException> { client.message(provider) }.response
          val lost = shouldThrow<ServerResponseException> { client.message(provider) }.response

          refused.status.value shouldBe 400
          refused.bodyAsText() shouldContain "invalid_request_error"
          refused.resilience?.attempts()?.map { it.model() } shouldBe listOf(SONNET)
          lost.status.value shouldBe 529
          lost.body<JsonObject>()["type"]?.jsonPrimitive?.content shouldBe "error"
          lost.resilience?.attempts()?.map { it.model() } shouldBe listOf(SONNET, HAIKU)
        }
      }
    }
  })
