package dev.holdfast.testkit

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.longs.shouldBeInRange
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldNotContain
import io.kotest.matchers.types.shouldBeSameInstanceAs
import java.net.http.HttpRequest.BodyPublishers
import java.time.Duration
import java.util.concurrent.CountDownLatch
import java.util.concurrent.atomic.AtomicReference
import kotlin.concurrent.thread

class ScriptedProviderTest : FunSpec() {
  private lateinit var provider: ScriptedProvider
  private val patience = Duration.ofSeconds(10)

  private fun status(model: String = "claude-sonnet") = TestClient.ask(provider, model).statusCode()

  init {
    beforeTest { provider = ScriptedProvider.start() }
    afterTest { provider.close() }

    test("models that have no script are healthy") { status() shouldBe 200 }

    test("the next behaviours come first and in order, then the standing one until it changes") {
      val model = provider.model("claude-sonnet").always(Behaviour.overloaded())
      model.next(Behaviour.status(500), Behaviour.rateLimited()).next(Behaviour.status(403))

      List(5) { status() } shouldBe listOf(500, 429, 403, 529, 529)
      model.always(Behaviour.healthy())
      status() shouldBe 200
    }

    test("models have scripts of their own, and share that of any model") {
      provider.model("claude-sonnet").next(Behaviour.overloaded())
      provider.model("claude-haiku").always(Behaviour.serverError())
      provider.anyModel().always(Behaviour.status(403))

      status("claude-sonnet") shouldBe 529
      status("claude-sonnet") shouldBe 403
      status("claude-haiku") shouldBe 500
      status("claude-opus") shouldBe 403
      TestClient.get(provider, "/v1/models").statusCode() shouldBe 403
    }

    test("a script decides for each request, and may look at the provider") {
      provider.model("claude-sonnet").script { request ->
        if (provider.requests().isEmpty()) Behaviour.overloaded()
        else Behaviour.healthy(text = "number ${request.number} of ${request.model}")
      }

      status() shouldBe 529
      TestClient.ask(provider).body() shouldContain "number 2 of claude-sonnet"
    }

    test("a script cannot ask for its own decision") {
      val refusal = AtomicReference<Throwable>()
      provider.anyModel().script { request ->
        refusal.set(runCatching { request.behaviour }.exceptionOrNull())
        Behaviour.healthy()
      }

      status() shouldBe 200
      refusal.get().message shouldBe "The script has yet to decide how request 1 is answered"
    }

    test("what a script throws is thrown when the provider closes") {
      val first = IllegalArgumentException("first")
      val second = AssertionError("second")
      val failing = ScriptedProvider.start()
      failing.model("first").script { throw first }
      failing.model("second").script { throw second }

      TestClient.ask(failing, "first").statusCode() shouldBe 500
      TestClient.ask(failing, "second").statusCode() shouldBe 500

      val failure = shouldThrow<IllegalStateException> { failing.close() }
      failure.cause shouldBeSameInstanceAs first
      failure.suppressed.single() shouldBeSameInstanceAs second
      failing.openConnections() shouldBe 0
    }

    test("closing interrupts a script that blocks, which is not its failure") {
      RawClient(provider).use { client ->
        val reached = CountDownLatch(1)
        provider.anyModel().script {
          reached.countDown()
          CountDownLatch(1).await()
          Behaviour.healthy()
        }
        client.post(TestClient.body())
        reached.await()

        provider.close()

        provider.openConnections() shouldBe 0
      }
    }

    test("a script may close the provider") {
      provider.anyModel().script {
        provider.close()
        Behaviour.healthy()
      }

      RawClient(provider).use { client ->
        client.post(TestClient.body())
        provider.awaitOpenConnections(0, patience)
      }
    }

    test("requests are recorded with what answered them") {
      provider.model("claude-sonnet").next(Behaviour.overloaded())
      val start = System.nanoTime()
      TestClient.ask(provider)
      TestClient.ask(provider, "claude-haiku", stream = true)

      val (first, second) = provider.requests()
      first.number shouldBe 1
      first.model shouldBe "claude-sonnet"
      first.method shouldBe "POST"
      first.path shouldBe "/v1/messages"
      first.header("x-api-KEY") shouldBe "secret-key"
      first.headers["CONTENT-LENGTH"] shouldBe listOf(first.body.length.toString())
      first.header("missing") shouldBe null
      first.body shouldBe TestClient.body()
      first.isStreaming shouldBe false
      first.behaviour shouldBe Behaviour.overloaded()
      first.arrivedAt - start shouldBeInRange 0..System.nanoTime() - start
      second.number shouldBe 2
      second.isStreaming shouldBe true
      second.behaviour shouldBe Behaviour.healthy()
      provider.requests("claude-haiku").single() shouldBeSameInstanceAs second
      provider.requests("claude-opus") shouldBe emptyList()
    }

    test("the text of a request and of the provider shows no secret and no prompt") {
      TestClient.send(
        TestClient.request(provider, "/v1/messages?key=secret-key")
          .header("X-Api-Key", "secret-key")
          .POST(BodyPublishers.ofString(TestClient.body()))
          .build()
      )

      val text = provider.requests().single().toString()
      text shouldBe
        "RecordedRequest(1: POST /v1/messages, model=claude-sonnet, streaming=false, " +
          "behaviour=healthy(latency=PT0S))"
      provider.toString() shouldContain "1 requests"
      provider.toString() shouldNotContain "secret"
    }

    test("a request that is no proper request for a message is answered with the error for it") {
      val errors =
        listOf("", "no json", "[]", "{}", """{"model":null}""", """{"model":7}""").map {
          TestClient.post(provider, BodyPublishers.ofString(it))
        }

      errors.forEach {
        it.statusCode() shouldBe 400
        it.body() shouldContain "invalid_request_error"
      }
      TestClient.get(provider, "/v1/messages").statusCode() shouldBe 405
      TestClient.get(provider, "/elsewhere").statusCode() shouldBe 404
      provider.requests().all { it.model == null } shouldBe true
      provider.requests().size shouldBe 8
    }

    test("waiting ends when the requests arrive") {
      val waiting = thread { provider.awaitRequests("claude-sonnet", 2, patience) }

      status()
      status("claude-haiku")
      waiting.isAlive shouldBe true
      status()

      waiting.join(patience.toMillis())
      waiting.isAlive shouldBe false
    }

    test("waiting in vain ends with a sentence") {
      val short = Duration.ofMillis(5)
      TestClient.ask(provider)

      shouldThrow<IllegalStateException> { provider.awaitRequests("claude-sonnet", 2, short) }
        .message shouldBe "Waited PT0.005S for 2 requests for 'claude-sonnet', but 1 came"
      shouldThrow<IllegalStateException> { provider.awaitRequests(3, short) }.message shouldBe
        "Waited PT0.005S for 3 requests for any model, but 1 came"
      shouldThrow<IllegalStateException> { provider.awaitOpenConnections(7, short) }
        .message shouldBe "Waited PT0.005S for 7 open connections, but 1 are open"
      shouldThrow<IllegalArgumentException> { provider.awaitRequests(-1, short) }.message shouldBe
        "count must not be negative, but was -1"
      shouldThrow<IllegalArgumentException> {
          provider.awaitOpenConnections(0, Duration.ofSeconds(-1))
        }
        .message shouldBe "timeout must not be negative, but was PT-1S"
    }
  }
}
