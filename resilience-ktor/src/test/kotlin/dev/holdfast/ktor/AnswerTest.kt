package dev.holdfast.ktor

import dev.holdfast.outcome.FailureClass
import dev.holdfast.plan.CallRecord.Ending
import dev.holdfast.testkit.Behaviour
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.datatest.withData
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldStartWith
import io.ktor.client.call.body
import io.ktor.client.plugins.ServerResponseException
import io.ktor.client.plugins.contentnegotiation.ContentNegotiation
import io.ktor.client.plugins.sse.SSE
import io.ktor.client.plugins.sse.SSEClientException
import io.ktor.client.plugins.sse.sse
import io.ktor.client.request.get
import io.ktor.client.request.preparePost
import io.ktor.client.request.setBody
import io.ktor.client.request.url
import io.ktor.client.statement.bodyAsText
import io.ktor.http.ContentType
import io.ktor.http.HttpMethod
import io.ktor.http.contentType
import io.ktor.serialization.kotlinx.json.json
import java.net.ConnectException
import kotlinx.coroutines.flow.toList
import kotlinx.serialization.json.JsonObject

private data class Protocol(
  val path: String,
  val stream: Boolean,
  val type: String,
  val start: String,
)

class AnswerTest :
  FunSpec({
    test("a response tells which models were asked, and why") {
      withClient { provider, client ->
        provider.model(SONNET).always(Behaviour.overloaded())

        val record = client.ask(provider).resilience!!

        record.requested() shouldBe SONNET
        record.served() shouldBe HAIKU
        record.ending() shouldBe Ending.ANSWERED
        record.attempts().map { it.model() } shouldContainExactly listOf(SONNET, HAIKU)
        record.attempts().first().failure() shouldBe FailureClass.OVERLOADED
      }
    }

    test("the last response of a spent chain tells it too, alone and in an exception") {
      withClient(around = { expectSuccess = true }) { provider, client ->
        provider.anyModel().always(Behaviour.overloaded())

        val thrown = shouldThrow<ServerResponseException> { client.ask(provider) }

        thrown.response.resilience?.ending() shouldBe Ending.FAILED
        thrown.response.resilience?.attempts()?.size shouldBe 2
      }
    }

    test("an exception carries the record") {
      withClient { provider, client ->
        provider.refuseConnections()

        val record = shouldThrow<ConnectException> { client.ask(provider) }.resilience

        record?.attempts()?.map { it.model() } shouldBe listOf(SONNET, HAIKU)
        IllegalStateException("no call").resilience shouldBe null
      }
    }

    test("the exception of a session carries it too, when the last response is none") {
      withClient(around = { install(SSE) }) { provider, client ->
        provider.anyModel().always(Behaviour.overloaded())

        val thrown =
          shouldThrow<SSEClientException> {
            client.sse({
              url("${provider.baseUrl}/v1/messages")
              method = HttpMethod.Post
              contentType(ContentType.Application.Json)
              setBody(request(SONNET, stream = true))
            }) {}
          }

        thrown.resilience?.attempts()?.map { it.model() } shouldBe listOf(SONNET, HAIKU)
      }
    }

    test("a request that went past the plugin has no record") {
      withClient { provider, client ->
        client.get("${provider.baseUrl}/").resilience shouldBe null
        client.ask(provider) { resilience { off() } }.resilience shouldBe null
      }
    }

    test("the client knows its Resilience, and says so if it has none") {
      withClient { provider, client ->
        client.ask(provider)
        client.resilience.counts().single().calls() shouldBe 1
      }
      shouldThrow<IllegalStateException> {
          io.ktor.client.HttpClient(io.ktor.client.engine.cio.CIO).resilience
        }
        .message shouldBe "LlmResilience is not installed"
    }

    context("a degraded answer has the caller's protocol and form") {
      val json = "application/json"
      val events = "text/event-stream"
      withData<Protocol>(
        { "${it.path} ${it.stream}" },
        Protocol("/v1/messages", false, json, """{"id":"degraded","type":"message""""),
        Protocol("/v1/messages", true, events, "event: message_start"),
        Protocol("/v1/chat/completions", false, json, """{"id":"degraded","object":"chat."""),
        Protocol("/v1/chat/completions", true, events, "data: {"),
        Protocol("/v1/responses", false, json, """{"id":"degraded","object":"response""""),
        Protocol("/v1/responses", true, events, "event: response.created"),
        Protocol("/v1beta/models/$SONNET:generateContent", false, json, """{"candidates":["""),
        Protocol(
          "/v1beta/models/$SONNET:streamGenerateContent",
          true,
          json,
          """[{"candidates":[""",
        ),
        Protocol(
          "/v1beta/models/$SONNET:streamGenerateContent?alt=sse",
          true,
          events,
          """data: {"candidates":[""",
        ),
        Protocol("/model/$SONNET/converse", false, json, """{"""),
        Protocol("/model/$SONNET/converse-stream", true, "application/vnd.amazon.eventstream", ""),
      ) { (path, stream, type, start) ->
        withClient(
          {
            use(resilienceOfTwo())
            degraded { "Later, please." }
          },
          {
            install(SSE)
            install(ContentNegotiation) { json() }
          },
        ) { provider, client ->
          provider.anyModel().always(Behaviour.overloaded())

          val response = client.ask(provider, path = path, stream = stream)

          response.contentType().toString() shouldBe type
          response.headers[DEGRADED_HEADER] shouldBe "OVERLOADED"
          response.resilience?.ending() shouldBe Ending.DEGRADED
          response.bodyAsText() shouldStartWith start
          response.bodyAsText() shouldContain "Later, please."
          if (!stream) response.body<JsonObject>().isEmpty() shouldBe false
          client
            .preparePost("${provider.baseUrl}$path") {
              contentType(ContentType.Application.Json)
              setBody(request(SONNET, stream))
            }
            .execute { it.bodyAsText() } shouldStartWith start
          if (type == events) {
            var texts = listOf<String?>()
            client.sse(
              "${provider.baseUrl}$path",
              {
                method = HttpMethod.Post
                contentType(ContentType.Application.Json)
                setBody(request(SONNET, stream = true))
              },
            ) {
              texts = incoming.toList().map { it.data }
            }
            texts.joinToString() shouldContain "Later, please."
          }
        }
      }
    }

    test("what the degraded text throws ends the call, and frees the last response") {
      withClient({
        use(resilienceOfTwo())
        degraded { error("no text") }
      }) { provider, client ->
        provider.anyModel().always(Behaviour.overloaded())

        shouldThrow<IllegalStateException> { client.ask(provider) }.message shouldBe "no text"

        provider.awaitOpenConnections(0, java.time.Duration.ofSeconds(10))
      }
    }
  })
