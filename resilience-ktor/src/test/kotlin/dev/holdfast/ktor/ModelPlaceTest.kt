package dev.holdfast.ktor

import dev.holdfast.testkit.Behaviour
import dev.holdfast.testkit.ScriptedProvider
import io.kotest.core.spec.style.FunSpec
import io.kotest.datatest.withData
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.ktor.client.request.header
import io.ktor.client.request.setBody

private data class Place(val path: String, val fallback: String)

private fun ScriptedProvider.failFirstModel() {
  anyModel().script {
    if (SONNET in it.path) Behaviour.overloaded() else Behaviour.status(200, "{}")
  }
}

class ModelPlaceTest :
  FunSpec({
    context("a model that the path names is swapped there, and the body stays") {
      withData<Place>(
        { it.path },
        Place(
          "/v1beta/models/$SONNET:generateContent?alt=json",
          "/v1beta/models/$HAIKU:generateContent?alt=json",
        ),
        Place(
          "/v1beta/models/$SONNET:streamGenerateContent?alt=sse",
          "/v1beta/models/$HAIKU:streamGenerateContent?alt=sse",
        ),
        Place(
          "/v1/projects/p/locations/l/publishers/anthropic/models/$SONNET:rawPredict",
          "/v1/projects/p/locations/l/publishers/anthropic/models/$HAIKU:rawPredict",
        ),
        Place(
          "/openai/deployments/$SONNET/chat/completions?api-version=2025-01-01",
          "/openai/deployments/$HAIKU/chat/completions?api-version=2025-01-01",
        ),
        Place("/model/$SONNET/converse", "/model/$HAIKU/converse"),
      ) { (path, fallback) ->
        withClient { provider, client ->
          provider.failFirstModel()

          client.ask(provider, path = path) { setBody("""{"messages":[]}""") }

          provider.requests().map { it.path } shouldContainExactly listOf(path, fallback)
          provider.requests().map { it.body }.toSet() shouldBe setOf("""{"messages":[]}""")
        }
      }
    }

    test("a signed request is retried, but not sent to another model, and told once") {
      val told = logged {
        withClient({ use(resilienceOfTwo(maxAttempts = 2)) }) { provider, client ->
          provider.failFirstModel()

          repeat(2) {
            client
              .ask(provider, path = "/model/$SONNET/converse") {
                header("Authorization", "AWS4-HMAC-SHA256 SECRET")
                setBody("""{"messages":[]}""")
              }
              .status
              .value shouldBe 529
          }
          provider.requests() shouldHaveSize 3
        }
      }
      told shouldHaveSize 1
      told.single() shouldContain "signed before"
    }

    test("a model is known by the name that requests have for it") {
      withClient({
        model("here") { requestedAs(SONNET) }
        model("there") { requestedAs(HAIKU) }
        retry { maxAttempts(1) }
      }) { provider, client ->
        provider.model(SONNET).always(Behaviour.overloaded())

        val response = client.ask(provider)

        provider.askedModels() shouldContainExactly listOf(SONNET, HAIKU)
        response.resilience?.requested() shouldBe "here"
        response.resilience?.served() shouldBe "there"
        client.resilience.breakers().breaker("here").failures() shouldBe 1
      }
    }

    context("a request that is for no model passes untouched") {
      val car = """{"model":"golf"}"""
      withData<Triple<String, String, Int>>(
        { "${it.first} ${it.second}" },
        Triple("/cars", car, 1),
        Triple("/v1/messages", car, 3),
        Triple("/cars", request(SONNET), 4),
        Triple("/v1/messages", """{"messages":[]}""", 1),
        Triple("/v1/messages", "[]", 1),
      ) { (path, body, requests) ->
        withClient({ use(resilienceOfTwo(maxAttempts = 3) {}) }) { provider, client ->
          provider.anyModel().always(Behaviour.overloaded())
          provider
            .anyModel()
            .next(*Array(3) { Behaviour.overloaded() }, Behaviour.status(200, "{}"))

          val response = client.ask(provider, path = path) { setBody(body) }

          provider.requests() shouldHaveSize requests
          (response.resilience == null) shouldBe (requests == 1)
        }
      }
    }

    test("requests to a named host are for models whatever their path") {
      withClient({
        use(resilienceOfTwo(maxAttempts = 3))
        provider("127.0.0.1", dev.holdfast.providers.Provider.OPENROUTER)
      }) { provider, client ->
        provider.anyModel().always(Behaviour.overloaded())

        client.ask(provider, "other", path = "/v1/embeddings")

        provider.requests() shouldHaveSize 3
      }
    }
  })
