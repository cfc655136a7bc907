package dev.holdfast.ktor

import dev.holdfast.testkit.Behaviour
import io.kotest.core.spec.style.FunSpec
import io.kotest.datatest.withData
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.ktor.client.HttpClient
import io.ktor.client.request.HttpRequestBuilder
import io.ktor.client.request.forms.MultiPartFormDataContent
import io.ktor.client.request.forms.formData
import io.ktor.client.request.post
import io.ktor.client.request.setBody
import io.ktor.http.ContentType
import io.ktor.http.content.TextContent

class BodyTypeTest :
  FunSpec({
    suspend fun HttpClient.send(address: String, configure: HttpRequestBuilder.() -> Unit) =
      post(address) { configure() }

    context("JSON is known whatever its type is called") {
      withData<Pair<String, HttpRequestBuilder.() -> Unit>>(
        { it.first },
        "a string of which no type was said" to { setBody(request(SONNET)) },
        "application/JSON" to
          {
            setBody(TextContent(request(SONNET), ContentType("application", "JSON")))
          },
        "application/vnd.x+JSON" to
          {
            setBody(TextContent(request(SONNET), ContentType("application", "vnd.x+JSON")))
          },
      ) { (_, body) ->
        withClient { provider, client ->
          provider.model(SONNET).always(Behaviour.overloaded())

          client.send("${provider.baseUrl}/v1/messages", body).resilience?.served() shouldBe HAIKU

          provider.askedModels() shouldContainExactly listOf(SONNET, HAIKU)
        }
      }
    }

    val form = MultiPartFormDataContent(formData { append("file", "a voice") })

    test("a body that is no JSON is sent once, guarded by the model that the request names") {
      val shared = resilienceOfTwo(maxAttempts = 3)
      withClient({ use(shared) }) { provider, client ->
        provider.anyModel().always(Behaviour.overloaded())

        client.send("${provider.baseUrl}/v1/audio/transcriptions") {
          resilience { chain(SONNET, HAIKU) }
          setBody(form)
        }

        provider.requests() shouldHaveSize 1
        provider.requests().single().body shouldContain "a voice"
        shared.breakers().breaker(SONNET).failures() shouldBe 1
      }
    }

    test("JSON without a model is sent once, guarded by the model that the request names") {
      val shared = resilienceOfTwo(maxAttempts = 3)
      withClient({ use(shared) }) { provider, client ->
        provider.anyModel().always(Behaviour.overloaded())

        client.send("${provider.baseUrl}/v1/messages") {
          resilience { chain(SONNET) }
          setBody("""{"messages":[]}""")
        }

        provider.requests() shouldHaveSize 1
        shared.breakers().breaker(SONNET).failures() shouldBe 1
      }
    }

    test("a body that is no JSON and names no model is told of, if the request is to be guarded") {
      val told = logged {
        withClient { provider, client ->
          val response =
            client.send("${provider.baseUrl}/v1/audio/transcriptions") {
              resilience { maxAttempts(2) }
              setBody(form)
            }
          response.resilience shouldBe null
        }
      }
      told.single() shouldContain "resilience { chain(...) }"
    }
  })
