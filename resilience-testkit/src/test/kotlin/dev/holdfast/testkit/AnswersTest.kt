package dev.holdfast.testkit

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.longs.shouldBeGreaterThanOrEqual
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldNotContain
import java.net.http.HttpResponse
import java.time.Duration
import java.util.concurrent.CompletableFuture
import kotlinx.serialization.json.Json
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonNull
import kotlinx.serialization.json.jsonArray
import kotlinx.serialization.json.jsonObject
import kotlinx.serialization.json.jsonPrimitive

class AnswersTest : FunSpec() {
  private val provider = ScriptedProvider.start()
  private val model = provider.model("claude-sonnet")

  private fun answerOf(behaviour: Behaviour, stream: Boolean = false): HttpResponse<String> {
    model.next(behaviour)
    return TestClient.ask(provider, stream = stream)
  }

  private operator fun JsonElement.get(key: String) = jsonObject.getValue(key)

  private val JsonElement.text
    get() = jsonPrimitive.content

  private fun HttpResponse<String>.events() =
    body().trim().split("\n\n").map { event ->
      val (name, data) = event.split("\n")
      name.removePrefix("event: ") to Json.parseToJsonElement(data.removePrefix("data: "))
    }

  init {
    afterSpec { provider.close() }

    test("a healthy answer is a message") {
      val response = answerOf(Behaviour.healthy())

      response.statusCode() shouldBe 200
      response.headers().firstValue("content-type").get() shouldBe "application/json"
      response.headers().firstValue("request-id").get() shouldContain "req_scripted_"
      val message = Json.parseToJsonElement(response.body())
      message["id"].text shouldContain "msg_"
      message["type"].text shouldBe "message"
      message["role"].text shouldBe "assistant"
      message["model"].text shouldBe "claude-sonnet"
      message["stop_reason"].text shouldBe "end_turn"
      message["stop_sequence"] shouldBe JsonNull
      message["content"].jsonArray.single()["type"].text shouldBe "text"
      message["content"].jsonArray.single()["text"].text shouldBe "Hello from claude-sonnet"
      message["usage"].jsonObject.keys shouldBe setOf("input_tokens", "output_tokens")
    }

    test("a healthy stream has the events of a message in order") {
      val events = answerOf(Behaviour.healthy(), stream = true).events()

      events.map { it.first } shouldContainExactly
        listOf("message_start", "content_block_start", "ping") +
          List(3) { "content_block_delta" } +
          listOf("content_block_stop", "message_delta", "message_stop")
      events.forEach { (name, data) -> data["type"].text shouldBe name }
      events.first().second["message"]["stop_reason"] shouldBe JsonNull
      events[7].second["delta"]["stop_reason"].text shouldBe "end_turn"
    }

    test("a stream's pieces make up the text, even one of characters outside the basic plane") {
      val events = answerOf(Behaviour.healthy(Duration.ZERO, "a😀b😀c", 4), stream = true).events()

      val pieces =
        events.filter { it.first == "content_block_delta" }.map { it.second["delta"]["text"].text }
      pieces.size shouldBe 4
      pieces.joinToString("") shouldBe "a😀b😀c"
    }

    test("a short text is sent in fewer pieces, and an empty one in none") {
      fun deltas(text: String) =
        answerOf(Behaviour.healthy(text = text), stream = true).events().count {
          it.first == "content_block_delta"
        }

      deltas("ab") shouldBe 2
      deltas("") shouldBe 0
    }

    test("the default text suffices for any number of content events") {
      val events = answerOf(Behaviour.healthy(contentEvents = 100), stream = true).events()

      events.count { it.first == "content_block_delta" } shouldBe 100
    }

    test("latency and gaps take their time") {
      val start = System.nanoTime()

      answerOf(Behaviour.healthy(Duration.ofMillis(40)))
      answerOf(Behaviour.hangFor(Duration.ofMillis(40)))
      answerOf(Behaviour.healthy(contentEvents = 1, gap = Duration.ofMillis(10)), stream = true)

      System.nanoTime() - start shouldBeGreaterThanOrEqual Duration.ofMillis(140).toNanos()
    }

    test("errors have Anthropic's types") {
      val types =
        listOf(400, 401, 402, 403, 404, 413, 429, 500, 504, 529).associateWith {
          val response = answerOf(Behaviour.status(it))
          response.statusCode() shouldBe it
          val body = Json.parseToJsonElement(response.body())
          body["type"].text shouldBe "error"
          body["request_id"].text shouldBe response.headers().firstValue("request-id").get()
          body["error"]["type"].text
        }

      types shouldBe
        mapOf(
          400 to "invalid_request_error",
          401 to "authentication_error",
          402 to "billing_error",
          403 to "permission_error",
          404 to "not_found_error",
          413 to "request_too_large",
          429 to "rate_limit_error",
          500 to "api_error",
          504 to "timeout_error",
          529 to "overloaded_error",
        )
    }

    test("the named errors are their statuses") {
      Behaviour.overloaded() shouldBe Behaviour.status(529)
      Behaviour.serverError() shouldBe Behaviour.status(500)
      Behaviour.rateLimited() shouldBe Behaviour.status(429)
    }

    test("a status may bring its own body and headers") {
      val response =
        answerOf(
          Behaviour.status(503, "<html>", mapOf("Content-Type" to "text/html", "x-from" to "proxy"))
        )

      response.statusCode() shouldBe 503
      response.body() shouldBe "<html>"
      response.headers().allValues("content-type") shouldBe listOf("text/html")
      response.headers().allValues("x-from") shouldBe listOf("proxy")
    }

    test("a status below 400 has an empty body, and 204 announces none") {
      answerOf(Behaviour.status(200)).body() shouldBe ""
      answerOf(Behaviour.status(204)).headers().firstValue("content-length").isEmpty shouldBe true
    }

    test("a rate limit says how long to wait, in whole seconds rounded up, or as given") {
      fun retryAfter(behaviour: Behaviour) =
        answerOf(behaviour)
          .also { it.statusCode() shouldBe 429 }
          .headers()
          .firstValue("retry-after")
          .orElse(null)

      retryAfter(Behaviour.rateLimited()) shouldBe null
      retryAfter(Behaviour.rateLimited(Duration.ZERO)) shouldBe "0"
      retryAfter(Behaviour.rateLimited(Duration.ofSeconds(2))) shouldBe "2"
      retryAfter(Behaviour.rateLimited(Duration.ofMillis(2_001))) shouldBe "3"
      retryAfter(Behaviour.rateLimitedWithHeader("soon")) shouldBe "soon"
    }

    test("a request that hangs until a future completes is answered then") {
      listOf(false, true).forEach { exceptionally ->
        val future = CompletableFuture<Unit>()
        model.next(Behaviour.hangUntil(future))
        val before = provider.requests().size
        val answer = TestClient.askAsync(provider, "claude-sonnet")
        provider.awaitRequests(before + 1, Duration.ofSeconds(10))
        answer.isDone shouldBe false

        if (exceptionally) future.completeExceptionally(Exception()) else future.complete(Unit)

        answer.join().statusCode() shouldBe 200
        answer.join().headers().firstValue("connection").get() shouldBe "close"
      }
    }

    test("a request that hangs until a past completion is answered at once") {
      val future = CompletableFuture.completedFuture(Unit)

      val response = answerOf(Behaviour.hangUntil(future))

      response.statusCode() shouldBe 200
      response.headers().firstValue("connection").get() shouldBe "close"
    }

    test("bad arguments are refused with a sentence") {
      fun refusal(block: () -> Behaviour) =
        shouldThrow<IllegalArgumentException> { block() }.message

      val negative = Duration.ofSeconds(-1)
      refusal { Behaviour.healthy(negative) } shouldBe "latency must not be negative, but was PT-1S"
      refusal { Behaviour.healthy(gap = negative) } shouldBe
        "gap must not be negative, but was PT-1S"
      refusal { Behaviour.healthy(contentEvents = 0) } shouldBe
        "contentEvents must be at least 1, but was 0"
      refusal { Behaviour.hangFor(negative) } shouldBe
        "duration must not be negative, but was PT-1S"
      refusal { Behaviour.rateLimited(negative) } shouldBe
        "retryAfter must not be negative, but was PT-1S"
      refusal { Behaviour.rateLimitedWithHeader("1\r\n") } shouldBe
        "The value of the header 'retry-after' must be on one line"
      refusal { Behaviour.status(199) } shouldBe "code must be in 200..599, but was 199"
      refusal { Behaviour.status(204, "{}") } shouldBe "An answer with status 204 has no body"
      refusal { Behaviour.status(200, null, mapOf("a b" to "")) } shouldBe
        "A header's name must be one word without a colon, but was 'a b'"
      refusal { Behaviour.status(200, null, mapOf("Content-Length" to "1")) } shouldBe
        "The header 'Content-Length' is set by the provider itself"
      refusal { Behaviour.cutStream(9) } shouldBe "afterEvents must be in 0..8, but was 9"
      refusal { Behaviour.stallStream(-1) } shouldBe "afterEvents must be in 0..8, but was -1"
    }

    test("a behaviour's text names it without its content") {
      Behaviour.healthy(Duration.ofSeconds(1), "secret").toString() shouldBe "healthy(latency=PT1S)"
      Behaviour.status(500, "secret").toString() shouldNotContain "secret"
      Behaviour.hang().toString() shouldBe "hang()"
      Behaviour.hangUntil(CompletableFuture<Unit>()).toString() shouldBe "hangUntil()"
      Behaviour.dropConnection().toString() shouldBe "dropConnection()"
      Behaviour.resetConnection().toString() shouldBe "resetConnection()"
      Behaviour.cutStream(1).toString() shouldBe "cutStream(1)"
      Behaviour.resetStream(1).toString() shouldBe "resetStream(1)"
      Behaviour.stallStream(1).toString() shouldBe "stallStream(1)"
      Behaviour.errorInStream(1).toString() shouldBe "errorInStream(1)"
    }
  }
}
