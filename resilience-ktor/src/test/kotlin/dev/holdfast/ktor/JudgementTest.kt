package dev.holdfast.ktor

import dev.holdfast.coroutines.patch
import dev.holdfast.outcome.FailureClass
import dev.holdfast.providers.failure.FailureRules
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

private const val BIG = "claude-big"
private const val TOO_LONG =
  """{"type":"error","error":{"type":"invalid_request_error",""" +
    """"message":"prompt is too long: 210000 tokens > 200000 maximum"}}"""
private const val MESSAGE =
  """{"type":"message","role":"assistant","content":[{"type":"text","text":"Hi"}],""" +
    """"stop_reason":"end_turn"}"""

class JudgementTest :
  FunSpec({
    context("a request that is too long goes to a model that holds more, and to no other") {
      withData(false, true) { streams ->
        withClient({
          model(SONNET) { contextTokens(200_000) }
          model(HAIKU) { contextTokens(200_000) }
          model(BIG) { contextTokens(1_000_000) }
        }) { provider, client ->
          provider.anyModel().script {
            if (it.model == BIG) Behaviour.healthy() else Behaviour.status(400, TOO_LONG)
          }

          val status =
            client
              .preparePost("${provider.baseUrl}/v1/messages") {
                contentType(ContentType.Application.Json)
                setBody(request(SONNET, streams))
              }
              .execute { it.bodyAsText() to it.status.value }
              .second

          status shouldBe 200
          provider.askedModels() shouldContainExactly listOf(SONNET, BIG)
        }
      }
    }

    test("a quota that is used up leads to another account") {
      withClient({
        model(SONNET) { account("one") }
        model(HAIKU) { account("one") }
        model(BIG) {
          account("two")
          patch { credential("two") }
        }
        credential("two") { header("x-api-key", "TWO") }
      }) { provider, client ->
        provider.model(SONNET).always(Behaviour.status(402))

        client.ask(provider).status.value shouldBe 200

        provider.askedModels() shouldContainExactly listOf(SONNET, BIG)
        provider.requests(BIG).single().header("x-api-key") shouldBe "TWO"
      }
    }

    val spent =
      mapOf(
        "x-ratelimit-limit-requests" to "10",
        "x-ratelimit-remaining-requests" to "0",
        "x-ratelimit-reset-requests" to "10m0s",
      )

    test("a quota that an answer says is used up closes the model's gate") {
      withClient { provider, client ->
        provider.model(SONNET).always(Behaviour.status(200, MESSAGE, spent))
        client.ask(provider).resilience?.served() shouldBe SONNET

        val second = client.ask(provider).resilience

        second?.served() shouldBe HAIKU
        second?.attempts()?.first()?.failure() shouldBe FailureClass.REJECTED
        provider.requests(SONNET).size shouldBe 1
      }
    }

    test("a quota that an answer says is used up is that of all models of the pool") {
      withClient({
        model(SONNET) { quotaPool("pool") }
        model(HAIKU) { quotaPool("pool") }
        model(BIG)
      }) { provider, client ->
        provider.model(SONNET).always(Behaviour.status(200, MESSAGE, spent))
        client.ask(provider)

        client.ask(provider).resilience?.served() shouldBe BIG

        provider.askedModels() shouldContainExactly listOf(SONNET, BIG)
      }
    }

    context("an answer with status 200 that is none counts as a failure") {
      withData<Pair<String, FailureClass>>(
        { it.first },
        """{"type":"error","error":{"type":"overloaded_error","message":"x"}}""" to
          FailureClass.OVERLOADED,
        """{"type":"message","content":[{"type":"te""" to FailureClass.MALFORMED_ANSWER,
        "<html><body>Sign in</body></html>" to FailureClass.MALFORMED_ANSWER,
      ) { (body, expected) ->
        withClient { provider, client ->
          provider.model(SONNET).always(Behaviour.status(200, body))

          val record = client.ask(provider).resilience

          record?.served() shouldBe HAIKU
          record?.attempts()?.first()?.failure() shouldBe expected
        }
      }
    }

    context("an answer is judged to its end, up to 1 MiB") {
      withData(0 to HAIKU, 100_000 to HAIKU, 1_048_000 to HAIKU, 1_049_000 to SONNET) {
        (length, served) ->
        withClient { provider, client ->
          val body =
            """{"type":"message","content":[{"type":"text","text":"${"x".repeat(length)}"}],""" +
              """"error":{"type":"overloaded_error","message":"x"}}"""
          provider.model(SONNET).always(Behaviour.status(200, body))

          client.ask(provider).resilience?.served() shouldBe served
        }
      }
    }

    test("the rules of one's own decide before the standard ones") {
      withClient({
        use(resilienceOfTwo())
        failureRules(FailureRules.standard().plus(FailureRules.parse("OVERLOADED status=418")))
      }) { provider, client ->
        provider.model(SONNET).always(Behaviour.status(418, "{}"))

        client.ask(provider).resilience?.attempts()?.first()?.failure() shouldBe
          FailureClass.OVERLOADED
      }
    }

    test("the rules of the provider that a host is named for apply to it") {
      val capacity = """{"code":"3505","message":"x"}"""
      withClient({
        use(resilienceOfTwo())
        failureRules(
          FailureRules.standard()
            .plus(FailureRules.parse("QUOTA_EXHAUSTED provider=mistral status=429 code=3505"))
        )
        provider("127.0.0.1", dev.holdfast.providers.Provider.MISTRAL)
      }) { provider, client ->
        provider.model(SONNET).always(Behaviour.status(429, capacity))

        client.ask(provider).resilience?.attempts()?.first()?.failure() shouldBe
          FailureClass.QUOTA_EXHAUSTED
      }
    }
  })
