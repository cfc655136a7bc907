package dev.holdfast.ktor

import dev.holdfast.outcome.FailureClass
import dev.holdfast.testkit.Behaviour
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.datatest.withData
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.ktor.client.request.post
import io.ktor.client.request.setBody
import io.ktor.client.statement.bodyAsText
import io.ktor.http.ContentType
import io.ktor.http.HttpHeaders
import io.ktor.http.HttpStatusCode
import io.ktor.http.contentType
import java.net.ConnectException
import java.time.Duration

/** How one failure of the first model is answered. */
private data class Row(
  val name: String,
  val failure: Behaviour,
  val asked: List<String>,
  val status: Int = 200,
  val counts: Boolean = true,
)

class FallbackTest :
  FunSpec({
    context("a failure of the first model, two attempts at each") {
      val retried = listOf(SONNET, SONNET, HAIKU)
      val switched = listOf(SONNET, HAIKU)
      val surfaced = listOf(SONNET)
      withData<Row>(
        { it.name },
        Row("529 is retried, then falls back", Behaviour.overloaded(), retried),
        Row("500 is retried, then falls back", Behaviour.serverError(), retried),
        Row("502 is retried, then falls back", Behaviour.status(502), retried),
        Row("503 is retried, then falls back", Behaviour.status(503), retried),
        Row("504 is retried, then falls back", Behaviour.status(504), retried),
        Row("408 is retried once", Behaviour.status(408), retried),
        Row("a dropped connection is retried once", Behaviour.dropConnection(), retried),
        Row("a reset connection is retried once", Behaviour.resetConnection(), retried),
        Row(
          "429 without a hint falls back at once, and counts for nothing",
          Behaviour.rateLimited(),
          switched,
          counts = false,
        ),
        Row(
          "429 with a long hint falls back at once",
          Behaviour.rateLimited(Duration.ofMinutes(5)),
          switched,
          counts = false,
        ),
        Row("402 falls back", Behaviour.status(402), switched, counts = false),
        Row("403 falls back", Behaviour.status(403), switched, counts = false),
        Row("404 falls back", Behaviour.status(404), switched, counts = false),
        Row("413 falls back", Behaviour.status(413), switched, counts = false),
        Row("400 is the caller's", Behaviour.status(400), surfaced, 400, counts = false),
        Row("401 is the caller's", Behaviour.status(401), surfaced, 401, counts = false),
        Row("422 is the caller's", Behaviour.status(422), surfaced, 422, counts = false),
      ) { row ->
        val shared = resilienceOfTwo(maxAttempts = 2)
        withClient({ use(shared) }) { provider, client ->
          provider.model(SONNET).always(row.failure)

          val response = client.ask(provider)

          response.status.value shouldBe row.status
          provider.askedModels() shouldContainExactly row.asked
          val attempts = row.asked.count { it == SONNET }
          shared.breakers().breaker(SONNET).failures() shouldBe if (row.counts) attempts else 0
        }
      }
    }

    test("a request falls back from the place of its model in the chain on, not from the start") {
      withClient { provider, client ->
        provider.model(HAIKU).always(Behaviour.overloaded())

        client.ask(provider, HAIKU).status.value shouldBe 529

        provider.askedModels() shouldContainExactly listOf(HAIKU)
      }
    }

    test("a model that is not in the chain is guarded on its own") {
      val shared = resilienceOfTwo()
      withClient({ use(shared) }) { provider, client ->
        provider.model("other").always(Behaviour.overloaded())

        repeat(5) { client.ask(provider, "other").status.value shouldBe 529 }

        shared.breakers().breaker("other").failures() shouldBe 5
        shared.breakers().breaker("other").isOpen shouldBe true
        provider.requests("other").size shouldBe 5
        shared.breakers().breaker(SONNET).failures() shouldBe 0
      }
    }

    test("an open breaker sends the call to the next model without asking the first") {
      withClient { provider, client ->
        provider.model(SONNET).always(Behaviour.overloaded())
        repeat(3) { client.ask(provider) }

        val response = client.ask(provider)

        response.bodyAsText() shouldContain "Hello from $HAIKU"
        provider.requests(SONNET).size shouldBe 3
        provider.requests(HAIKU).size shouldBe 4
      }
    }

    test("the body of a fallback differs in the model only, and its length is right") {
      withClient { provider, client ->
        provider.model(SONNET).always(Behaviour.overloaded())

        client.ask(provider) {
          headers.append(HttpHeaders.ContentLength, request(SONNET).length.toString())
        }

        val fallback = provider.requests(HAIKU).single()
        fallback.body shouldBe request(HAIKU)
        fallback.header("content-length") shouldBe request(HAIKU).length.toString()
        fallback.header("content-type") shouldBe "application/json"
      }
    }

    test("a body of bytes is rewritten as one of text is") {
      withClient { provider, client ->
        provider.model(SONNET).always(Behaviour.overloaded())

        client.post("${provider.baseUrl}/v1/messages") {
          contentType(ContentType.Application.Json)
          setBody(request(SONNET).toByteArray())
        }

        provider.requests(HAIKU).single().body shouldBe request(HAIKU)
      }
    }

    test("a request that one model finds wrong goes to the next one if that was asked for") {
      withClient({
        model(SONNET)
        model(HAIKU)
        fallBackOn(FailureClass.INVALID_REQUEST)
      }) { provider, client ->
        provider.model(SONNET).always(Behaviour.status(400))

        client.ask(provider).status shouldBe HttpStatusCode.OK
        provider.askedModels() shouldContainExactly listOf(SONNET, HAIKU)
      }
    }

    test("the last response is returned when no model is left") {
      withClient { provider, client ->
        provider.model(SONNET).always(Behaviour.overloaded())
        provider.model(HAIKU).always(Behaviour.serverError())

        val response = client.ask(provider)

        response.status shouldBe HttpStatusCode.InternalServerError
        response.bodyAsText() shouldContain "api_error"
      }
    }

    test("a refused connection is a failure of each model in turn") {
      val shared = resilienceOfTwo()
      withClient({ use(shared) }) { provider, client ->
        provider.refuseConnections()

        shouldThrow<ConnectException> { client.ask(provider) }

        shared.breakers().breaker(SONNET).failures() shouldBe 1
        shared.breakers().breaker(HAIKU).failures() shouldBe 1
      }
    }
  })
