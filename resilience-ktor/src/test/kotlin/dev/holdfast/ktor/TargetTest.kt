package dev.holdfast.ktor

import dev.holdfast.coroutines.patch
import dev.holdfast.coroutines.step
import dev.holdfast.providers.request.SwitchRule
import dev.holdfast.providers.request.SwitchRules
import dev.holdfast.testkit.Behaviour
import dev.holdfast.testkit.RecordedRequest
import dev.holdfast.testkit.ScriptedProvider
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldNotContain
import io.ktor.client.request.bearerAuth
import io.ktor.client.request.header
import io.ktor.client.request.parameter
import io.ktor.client.request.setBody
import io.ktor.client.statement.bodyAsText
import io.ktor.http.encodedPath
import io.ktor.http.takeFrom
import java.net.URI
import java.util.concurrent.atomic.AtomicInteger

/** Headers by which providers and gateways know their customers. */
private val SECRETS =
  listOf("x-api-key", "api-key", "x-goog-api-key", "Ocp-Apim-Subscription-Key") +
    listOf("cf-aig-authorization", "OpenAI-Organization", "OpenAI-Project", "Cookie") +
    listOf("Helicone-Auth", "x-portkey-api-key", "x-litellm-api-key", "CF-Access-Client-Secret")

/** A call that the first host cannot answer, and what the second one is asked then. */
private suspend fun askedAtSecond(
  plugin: LlmResilienceConfig.(second: URI) -> Unit,
  body: String = request(SONNET),
): RecordedRequest {
  ScriptedProvider.start().use { second ->
    withClient({
      retry { maxAttempts(1) }
      plugin(URI(second.baseUrl))
    }) { first, client ->
      first.anyModel().always(Behaviour.overloaded())
      client
        .ask(first) {
          setBody(body)
          bearerAuth("FIRST-SECRET")
          SECRETS.forEach { header(it, "FIRST-SECRET") }
          listOf("key", "access_token", "api-key").forEach { parameter(it, "FIRST-SECRET") }
          header("anthropic-beta", "first")
        }
        .bodyAsText() shouldContain "Hello from"
      first.requests().size shouldBe 1
    }
    return second.requests().single()
  }
}

class TargetTest :
  FunSpec({
    test("a chain crosses hosts, each with its own credential and headers") {
      val asked =
        askedAtSecond({ second ->
          model(SONNET)
          model("eu") {
            requestedAs("eu.$SONNET")
            patch {
              endpoint(second)
              credential("eu")
            }
          }
          credential("eu") { header("x-api-key", "EU-SECRET") }
          headers("eu") {
            remove("anthropic-beta")
            set("x-region", "eu")
          }
        })

      asked.body shouldBe request("eu.$SONNET")
      asked.header("x-api-key") shouldBe "EU-SECRET"
      asked.header("x-region") shouldBe "eu"
      asked.header("anthropic-beta") shouldBe null
      "${asked.path}${asked.headers}" shouldNotContain "FIRST-SECRET"
    }

    test("another host gets no credential of the caller's") {
      val asked =
        askedAtSecond({ second ->
          model(SONNET)
          model(HAIKU) { patch { endpoint(second) } }
        })

      asked.path shouldBe "/v1/messages"
      asked.header("anthropic-beta") shouldBe "first"
      asked.headers.toString() shouldNotContain "FIRST-SECRET"
    }

    test("another host gets no header of the caller's that stands for an account elsewhere here") {
      ScriptedProvider.start().use { second ->
        withClient({
          model(SONNET)
          model(HAIKU) { patch { endpoint(URI(second.baseUrl)) } }
          model("gateway") { patch { credential("gateway") } }
          credential("gateway") { header("x-gateway-token", "OTHER-SECRET") }
          retry { maxAttempts(1) }
        }) { first, client ->
          first.anyModel().always(Behaviour.overloaded())

          client.ask(first) { header("X-Gateway-Token", "FIRST-SECRET") }

          first.requests().single().header("x-gateway-token") shouldBe "FIRST-SECRET"
          second.requests().single().header("x-gateway-token") shouldBe null
        }
      }
    }

    test("the credential that a model is known to use is sent") {
      val asked =
        askedAtSecond({ second ->
          model(SONNET)
          model(HAIKU) {
            credential("second")
            patch { endpoint(second) }
          }
          credential("second") { bearer("SECOND-SECRET") }
        })

      asked.header("authorization") shouldBe "Bearer SECOND-SECRET"
    }

    test("the caller's credential goes to the models of its own host") {
      withClient({
        model(SONNET)
        model(HAIKU)
        retry { maxAttempts(1) }
      }) { provider, client ->
        provider.model(SONNET).always(Behaviour.overloaded())

        client.ask(provider) { bearerAuth("SECRET") }

        provider.requests().map { it.header("authorization") } shouldContainExactly
          listOf("Bearer SECRET", "Bearer SECRET")
      }
    }

    test("a credential is read anew for each attempt") {
      val tokens = AtomicInteger()
      withClient({
        model(SONNET) { patch { credential("fresh") } }
        model(HAIKU) { patch { credential("fresh") } }
        retry { maxAttempts(1) }
        credential("fresh") { bearer { "token-${tokens.incrementAndGet()}" } }
      }) { provider, client ->
        provider.model(SONNET).always(Behaviour.overloaded())

        client.ask(provider)

        provider.requests().map { it.header("authorization") } shouldContainExactly
          listOf("Bearer token-1", "Bearer token-2")
      }
    }

    test("the patch of a step sets and removes parameters of the original body") {
      withClient({
        model(SONNET)
        model(HAIKU) { patch { parameter("max_tokens", 8) } }
        retry { maxAttempts(1) }
        feature("chat") {
          chain(SONNET)
          step(HAIKU) {
            parameter("temperature", 0.5)
            without("stream")
          }
        }
      }) { provider, client ->
        provider.model(SONNET).always(Behaviour.overloaded())

        client.ask(provider) { resilience { feature("chat") } }

        provider.requests(HAIKU).single().body shouldBe
          """{"model":"$HAIKU","max_tokens":8,"messages":[{"role":"user","content":"Hi"}],""" +
            """"temperature":0.5}"""
      }
    }

    val thinking =
      """{"model":"$SONNET","messages":[{"role":"assistant","content":[{"type":"thinking",""" +
        """"thinking":"T","signature":"S"},{"type":"text","text":"x"}]}]}"""

    test("a switch drops the thinking of another model, and a retry does not") {
      withClient({
        model(SONNET)
        model(HAIKU)
        retry {
          maxAttempts(2)
          backoff(dev.holdfast.retry.Backoff.fixed(java.time.Duration.ZERO))
        }
      }) { provider, client ->
        provider.model(SONNET).always(Behaviour.overloaded())

        client.ask(provider) { setBody(thinking) }

        provider.requests(SONNET).map { it.body } shouldContainExactly listOf(thinking, thinking)
        provider.requests(HAIKU).single().body shouldNotContain "signature"
      }
    }

    test("the same model at another account loses the thinking as well, by rules of one's own") {
      val asked =
        askedAtSecond(
          { second ->
            model("here") { requestedAs(SONNET) }
            model("there") {
              requestedAs(SONNET)
              patch { endpoint(second) }
            }
            switchRules(SwitchRules.of(SwitchRule.DROP_THINKING, SwitchRule.set("moved", true)))
          },
          thinking,
        )

      asked.body shouldNotContain "signature"
      asked.body shouldContain """"moved":true"""
      asked.body shouldContain """"model":"$SONNET""""
    }

    test("a transformer makes the request for a model of another protocol") {
      ScriptedProvider.start().use { second ->
        second.anyModel().always(Behaviour.status(200, """{"answer":"other"}"""))
        withClient({
          model(SONNET)
          model("other") {
            patch {
              endpoint(URI(second.baseUrl))
              credential("other")
              parameter("max_tokens", 1)
            }
          }
          retry { maxAttempts(1) }
          credential("other") { bearer("OTHER") }
          transform("other") { original, attempt ->
            url.encodedPath = "/v9/talk"
            headers["x-model"] = attempt.model
            """{"prompt":${original.size}}""".toByteArray()
          }
        }) { first, client ->
          first.anyModel().always(Behaviour.overloaded())

          val response = client.ask(first)

          response.bodyAsText() shouldBe """{"answer":"other"}"""
          response.resilience?.served() shouldBe "other"
        }
        val asked = second.requests().single()
        asked.path shouldBe "/v9/talk"
        asked.body shouldBe """{"prompt":${request(SONNET).length}}"""
        asked.header("content-length") shouldBe asked.body.length.toString()
        asked.header("content-type") shouldBe "application/json"
        asked.header("authorization") shouldBe "Bearer OTHER"
        asked.header("x-model") shouldBe "other"
      }
    }

    test("a transformer that moves a request to another server takes no credential there") {
      val asked =
        askedAtSecond({ second ->
          model(SONNET)
          model("other")
          transform("other") { original, _ ->
            url.takeFrom("$second/v1/messages")
            headers["x-api-key"] = "OTHER"
            request("other").toByteArray().also { check(original.isNotEmpty()) }
          }
        })

      asked.header("x-api-key") shouldBe "OTHER"
      "${asked.path}${asked.headers}" shouldNotContain "FIRST-SECRET"
    }
  })
