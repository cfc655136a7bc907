package dev.holdfast.ktor

import dev.holdfast.testkit.Behaviour
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldEndWith
import io.ktor.client.call.body
import io.ktor.client.plugins.contentnegotiation.ContentNegotiation
import io.ktor.client.plugins.sse.SSE
import io.ktor.client.plugins.sse.sse
import io.ktor.client.request.post
import io.ktor.client.request.preparePost
import io.ktor.client.request.setBody
import io.ktor.client.statement.bodyAsChannel
import io.ktor.client.statement.bodyAsText
import io.ktor.http.ContentType
import io.ktor.http.HttpMethod
import io.ktor.http.contentType
import io.ktor.serialization.kotlinx.json.json
import io.ktor.utils.io.readRemaining
import java.time.Duration
import kotlinx.coroutines.flow.toList
import kotlinx.io.readString
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.jsonArray
import kotlinx.serialization.json.jsonObject
import kotlinx.serialization.json.jsonPrimitive

class DegradedTest :
  FunSpec({
    val text = "Please try again."
    val plugin: LlmResilienceConfig.() -> Unit = {
      use(resilienceOfTwo())
      degraded { failure -> "$text (${failure.model}, ${failure.attempts} attempts)" }
    }
    val expected = "$text ($SONNET, 2 attempts)"

    test("a spent chain ends with the degraded answer, marked by a header") {
      withClient(plugin) { provider, client ->
        provider.anyModel().always(Behaviour.overloaded())

        val response = client.ask(provider)

        response.status.value shouldBe 200
        response.headers[DEGRADED_HEADER] shouldBe "OVERLOADED"
        response.bodyAsText() shouldContain expected
        response.bodyAsText() shouldContain expected
        provider.askedModels() shouldContainExactly listOf(SONNET, HAIKU)
      }
    }

    test("the degraded answer can be read as an object") {
      withClient(plugin, { install(ContentNegotiation) { json() } }) { provider, client ->
        provider.anyModel().always(Behaviour.overloaded())

        val message = client.ask(provider).body<JsonObject>()

        message["type"]!!.jsonPrimitive.content shouldBe "message"
        message["model"]!!.jsonPrimitive.content shouldBe "degraded"
        val block = message["content"]!!.jsonArray.single().jsonObject
        block["text"]!!.jsonPrimitive.content shouldBe expected
      }
    }

    test("the degraded answer to a request for a stream is a stream with its proper end") {
      withClient(plugin) { provider, client ->
        provider.anyModel().always(Behaviour.overloaded())

        val events =
          client
            .preparePost("${provider.baseUrl}/v1/messages") {
              contentType(ContentType.Application.Json)
              setBody(request(SONNET, stream = true))
            }
            .execute { it.bodyAsChannel().readRemaining().readString() }

        events shouldContain expected
        events shouldEndWith "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n"
      }
    }

    test("the degraded answer reaches a caller of sse") {
      withClient(plugin, { install(SSE) }) { provider, client ->
        provider.anyModel().always(Behaviour.overloaded())
        val events = mutableListOf<String?>()

        client.sse(
          "${provider.baseUrl}/v1/messages",
          {
            method = HttpMethod.Post
            contentType(ContentType.Application.Json)
            setBody(request(SONNET, stream = true))
          },
        ) {
          incoming.toList().mapTo(events) { it.event }
        }

        events shouldContainExactly
          listOf(
            "message_start",
            "content_block_start",
            "content_block_delta",
            "content_block_stop",
            "message_delta",
            "message_stop",
          )
      }
    }

    test("Chat Completions get a degraded answer of their own form") {
      withClient(plugin) { provider, client ->
        provider.anyModel().always(Behaviour.overloaded())

        val response =
          client.post("${provider.baseUrl}/v1/chat/completions") {
            contentType(ContentType.Application.Json)
            setBody(request(SONNET))
          }

        response.headers[DEGRADED_HEADER] shouldBe "OVERLOADED"
        response.bodyAsText() shouldContain """"object":"chat.completion""""
      }
    }

    test("another protocol ends with the last response") {
      withClient(plugin) { provider, client ->
        provider.anyModel().always(Behaviour.overloaded())

        val response =
          client.post("${provider.baseUrl}/v1/complete") {
            contentType(ContentType.Application.Json)
            setBody(request(SONNET))
          }

        response.headers[DEGRADED_HEADER] shouldBe null
      }
    }

    test("the caller's own fault is not hidden by a degraded answer") {
      withClient(plugin) { provider, client ->
        provider.model(SONNET).always(Behaviour.status(400))

        client.ask(provider).status.value shouldBe 400
      }
    }

    test("open breakers are answered without a request to any model") {
      withClient(plugin) { provider, client ->
        provider.anyModel().always(Behaviour.overloaded())
        repeat(3) { client.ask(provider) }

        val response = client.ask(provider)

        response.headers[DEGRADED_HEADER] shouldBe "REJECTED"
        provider.requests().size shouldBe 6
      }
    }

    test("the connection of a dropped streaming response is freed") {
      withClient(plugin) { provider, client ->
        provider.anyModel().always(Behaviour.overloaded())

        repeat(2) {
          client
            .preparePost("${provider.baseUrl}/v1/messages") {
              contentType(ContentType.Application.Json)
              setBody(request(SONNET, stream = true))
            }
            .execute { it.headers[DEGRADED_HEADER] shouldBe "OVERLOADED" }
        }

        provider.awaitOpenConnections(0, Duration.ofSeconds(10))
      }
    }
  })
