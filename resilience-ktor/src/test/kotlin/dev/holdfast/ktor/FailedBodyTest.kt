package dev.holdfast.ktor

import dev.holdfast.testkit.Behaviour
import io.kotest.core.spec.style.FunSpec
import io.kotest.datatest.withData
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import io.ktor.client.request.preparePost
import io.ktor.client.request.setBody
import io.ktor.client.statement.bodyAsText
import io.ktor.http.ContentType
import io.ktor.http.contentType

private const val QUOTA = """{"error":{"message":"Spent.","code":"insufficient_quota"}}"""
private const val CAPACITY = """{"type":"service_tier_capacity_exceeded","code":"3505"}"""

class FailedBodyTest :
  FunSpec({
    context("the body of a failed response tells what its status does not") {
      withData<Triple<String, Behaviour, String>>(
        { it.first },
        Triple("quota", Behaviour.status(429, QUOTA), "QUOTA_EXHAUSTED"),
        Triple("a plain 429", Behaviour.status(429, "{}"), "RATE_LIMITED"),
        Triple("capacity", Behaviour.status(429, CAPACITY), "OVERLOADED"),
        Triple("an empty body", Behaviour.status(503, ""), "OVERLOADED"),
        Triple(
          "a code beyond what is read",
          Behaviour.status(429, " ".repeat(64 * 1024) + QUOTA),
          "RATE_LIMITED",
        ),
        Triple("no text", Behaviour.status(429, "\uFFFF\u0000{\"error"), "RATE_LIMITED"),
      ) { (_, behaviour, expected) ->
        withClient({
          use(resilienceOfTwo())
          degraded { it.last().failureClass().name }
        }) { provider, client ->
          provider.anyModel().always(behaviour)

          client.ask(provider).headers[DEGRADED_HEADER] shouldBe expected
        }
      }
    }

    test("the caller reads the whole body that was looked at, as often as ever") {
      val long = QUOTA + " ".repeat(200 * 1024)
      withClient { provider, client ->
        provider.anyModel().always(Behaviour.status(429, long))

        val response = client.ask(provider)

        response.bodyAsText() shouldBe long
        response.bodyAsText() shouldBe long
      }
    }

    test("a quota that is used up is not retried") {
      withClient({ use(resilienceOfTwo(maxAttempts = 3)) }) { provider, client ->
        provider.model(SONNET).always(Behaviour.status(429, QUOTA))

        client.ask(provider).status.value shouldBe 200

        provider.askedModels() shouldContainExactly listOf(SONNET, HAIKU)
      }
    }

    test("a body that the caller reads as a stream is read whole too") {
      withClient({ use(resilienceOfTwo()) }) { provider, client ->
        provider.anyModel().always(Behaviour.status(429, QUOTA))

        val body =
          client
            .preparePost("${provider.baseUrl}/v1/messages") {
              contentType(ContentType.Application.Json)
              setBody(request(SONNET))
            }
            .execute { it.bodyAsText() + it.bodyAsText() }

        body shouldBe QUOTA + QUOTA
      }
    }
  })
