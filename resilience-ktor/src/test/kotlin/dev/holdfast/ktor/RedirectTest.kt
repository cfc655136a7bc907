package dev.holdfast.ktor

import dev.holdfast.plan.CallRecord.Ending
import dev.holdfast.testkit.Behaviour
import io.kotest.core.spec.style.FunSpec
import io.kotest.datatest.withData
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.ktor.client.plugins.HttpRedirect
import io.ktor.client.request.HttpRequestBuilder
import io.ktor.client.request.preparePost
import io.ktor.client.request.setBody
import io.ktor.client.statement.bodyAsText
import io.ktor.http.ContentType
import io.ktor.http.contentType

/** A server that says where the answer is has neither failed nor cut a stream short. */
class RedirectTest :
  FunSpec({
    fun HttpRequestBuilder.asks() {
      contentType(ContentType.Application.Json)
      setBody(request(SONNET, stream = true))
    }

    fun movedTo(path: String) =
      Behaviour.status(307, "", mapOf("location" to path, "content-type" to "text/html"))

    context("a request for a stream that is sent elsewhere is followed there by those who do so") {
      withData(ENGINES.keys) { engine ->
        val shared = resilienceOfTwo()
        withEngine(
          engine,
          { use(shared) },
          { install(HttpRedirect) { checkHttpMethod = false } },
        ) { provider, client ->
          provider.model(SONNET).next(movedTo("/v1/messages?moved=1"))

          client
            .preparePost("${provider.baseUrl}/v1/messages") { asks() }
            .execute { response ->
              response.bodyAsText() shouldContain "message_stop"
              response.resilience?.served() shouldBe SONNET
            }

          provider.requests() shouldHaveSize 2
          shared.breakers().breaker(SONNET).failures() shouldBe 0
        }
      }
    }

    context("others are handed the response") {
      withData("read as a stream", "read whole") { reading ->
        val shared = resilienceOfTwo()
        withClient({ use(shared) }, { followRedirects = false }) { provider, client ->
          provider.model(SONNET).always(movedTo("/v1/messages?moved=1"))

          val statement = client.preparePost("${provider.baseUrl}/v1/messages") { asks() }
          val response =
            if (reading == "read whole") statement.execute() else statement.execute { it }

          response.status.value shouldBe 307
          response.resilience?.ending() shouldBe Ending.ANSWERED
          provider.requests() shouldHaveSize 1
          shared.breakers().breaker(SONNET).failures() shouldBe 0
        }
      }
    }
  })
