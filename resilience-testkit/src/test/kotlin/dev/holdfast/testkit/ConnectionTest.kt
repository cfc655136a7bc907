package dev.holdfast.testkit

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldStartWith
import java.io.IOException
import java.net.SocketException
import java.net.http.HttpRequest.BodyPublishers
import java.time.Duration
import java.util.concurrent.CompletableFuture

class ConnectionTest : FunSpec() {
  private lateinit var provider: ScriptedProvider
  private val model
    get() = provider.model("claude-sonnet")

  private val patience = Duration.ofSeconds(10)

  init {
    beforeTest { provider = ScriptedProvider.start() }
    afterTest { provider.close() }

    test("a connection carries many requests") {
      RawClient(provider).use { client ->
        repeat(3) { client.post(TestClient.body()).readAnswer() shouldContain "Hello" }

        provider.openConnections() shouldBe 1
      }
      provider.awaitOpenConnections(0, patience)
    }

    test("a connection is closed after an answer if the client asks for that") {
      RawClient(provider).use { client ->
        client.post(TestClient.body(), "Connection: close")

        client.readHead().contains("connection: close") shouldBe true
        client.readToEnd() shouldContain "Hello"
      }
    }

    test("requests that are sent before an answer are answered in turn") {
      model.next(Behaviour.healthy(Duration.ofMillis(20)), Behaviour.overloaded())

      RawClient(provider).use { client ->
        client.post(TestClient.body()).post(TestClient.body())

        client.readAnswer() shouldContain "Hello"
        client.readAnswer() shouldContain "Overloaded"
      }
    }

    test("a body may be sent in chunks, with extensions and trailers") {
      val body = TestClient.body()
      val chunks =
        "5;a=b\r\n${body.take(5)}\r\n" +
          "${(body.length - 5).toString(16)}\r\n${body.drop(5)}\r\n0\r\nTrailer: x\r\n\r\n"

      RawClient(provider).use { client ->
        client.send("POST /v1/messages HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n$chunks")
        client.readAnswer() shouldContain "Hello"
      }

      provider.requests().single().body shouldBe body
    }

    test("an HTTP client may send a body of unknown length") {
      val stream = BodyPublishers.ofInputStream { TestClient.body().byteInputStream() }

      TestClient.post(provider, stream).statusCode() shouldBe 200
    }

    test("a client that waits for 100-continue gets it before it sends the body") {
      val body = TestClient.body()

      RawClient(provider).use { client ->
        client.send(
          "POST /v1/messages HTTP/1.1\r\nContent-Length: ${body.length}\r\n" +
            "Expect: 100-continue\r\n\r\n"
        )
        client.readHead().single() shouldStartWith "http/1.1 100"
        client.send(body).readAnswer() shouldContain "Hello"
      }
    }

    test("a large body arrives whole") {
      val prompt = "x".repeat(1_000_000)

      RawClient(provider).use { client ->
        client.post("""{"model":"claude-sonnet","prompt":"$prompt"}""").readAnswer()
      }

      provider.requests().single().body.count { it == 'x' } shouldBe 1_000_000
    }

    test("what is not HTTP is answered 400, and leaves no record") {
      listOf(
          "hello\r\n",
          "POST / HTTP/1.1\r\nnothing\r\n\r\n",
          "POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
          "POST / HTTP/1.1\r\nContent-Length: 99999999999\r\n\r\n",
          "POST / HTTP/1.1\r\nContent-Length: 99999999\r\n\r\n",
          "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n",
        )
        .forEach {
          RawClient(provider).use { client ->
            client.send(it).readToEnd() shouldStartWith "HTTP/1.1 400"
          }
        }

      provider.requests() shouldBe emptyList()
    }

    test("a client that leaves inside a request ends its own connection only") {
      RawClient(provider).use { it.send("POST /v1/messages HTTP/1.1\r\nContent-") }
      RawClient(provider).use { it.send("POST / HTTP/1.1\r\nContent-Length: 10\r\n\r\nabc") }
      provider.awaitOpenConnections(0, patience)

      TestClient.ask(provider).statusCode() shouldBe 200
    }

    test("a dropped connection ends without a byte") {
      model.next(Behaviour.dropConnection())

      RawClient(provider).use { it.post(TestClient.body()).readToEnd() shouldBe "" }
    }

    test("a reset connection fails") {
      model.next(Behaviour.resetConnection())

      RawClient(provider).use { client ->
        client.post(TestClient.body())
        shouldThrow<SocketException> { client.readToEnd() }
      }
    }

    test("a hanging request ends when its client closes or resets the connection") {
      listOf(RawClient::close, RawClient::reset).forEach { leave ->
        ScriptedProvider.start().use { hanging ->
          hanging.anyModel().always(Behaviour.hang())
          val client = RawClient(hanging).post(TestClient.body())
          hanging.awaitRequests(1, patience)
          hanging.openConnections() shouldBe 1

          leave(client)

          hanging.awaitOpenConnections(0, patience)
        }
      }
    }

    test("a client that leaves during the latency ends the wait") {
      provider.anyModel().always(Behaviour.healthy(Duration.ofHours(1)))
      RawClient(provider).use {
        it.post(TestClient.body())
        provider.awaitRequests(1, patience)
      }

      provider.awaitOpenConnections(0, patience)
    }

    test("five hundred requests hang at once, and end when their clients leave") {
      provider.anyModel().always(Behaviour.hang())
      val clients = List(500) { RawClient(provider).post(TestClient.body()) }
      provider.awaitRequests(500, patience)
      provider.openConnections() shouldBe 500

      clients.forEach { it.close() }

      provider.awaitOpenConnections(0, patience)
      provider.requests().map { it.number } shouldBe (1..500).toList()
    }

    test(
      "refused connections fail at once and pooled ones are gone, until they are accepted again"
    ) {
      TestClient.ask(provider).statusCode() shouldBe 200

      repeat(3) {
        provider.refuseConnections()
        provider.refuseConnections()
        provider.awaitOpenConnections(0, patience)
        shouldThrow<IOException> { RawClient(provider) }.message shouldContain "refused"
        shouldThrow<IOException> { TestClient.ask(provider) }

        provider.acceptConnections()
        provider.acceptConnections()
        TestClient.ask(provider).statusCode() shouldBe 200
      }
      provider.requests().size shouldBe 4
    }

    test("a request that hangs when connections are refused is still answered, as its last") {
      val answer = CompletableFuture<Unit>()
      provider.anyModel().always(Behaviour.hangUntil(answer))
      RawClient(provider).use { client ->
        client.post(TestClient.body())
        provider.awaitRequests(1, patience)

        provider.refuseConnections()
        answer.complete(Unit)

        client.readToEnd() shouldContain "Hello"
      }
    }

    test("closing ends everything, whatever it is doing") {
      provider.model("hang").always(Behaviour.hang())
      provider.model("slow").always(Behaviour.healthy(Duration.ofHours(1)))
      provider.model("stall").always(Behaviour.stallStream(4))
      val clients =
        listOf("hang", "slow", "stall").map {
          RawClient(provider).post(TestClient.body(it, stream = true))
        } + RawClient(provider)
      provider.awaitRequests(3, patience)
      provider.awaitOpenConnections(4, patience)

      provider.close()

      provider.openConnections() shouldBe 0
      threadsOf(provider) shouldBe emptyList()
      clients.forEach { it.use { client -> runCatching { client.readToEnd() } } }
      shouldThrow<IOException> { RawClient(provider) }
      shouldThrow<IllegalStateException> { provider.refuseConnections() }.message shouldBe
        "The provider is closed"
      shouldThrow<IllegalStateException> { provider.acceptConnections() }
      provider.requests().size shouldBe 3
    }

    test("threads are named for their provider and connection") {
      RawClient(provider).use { client ->
        client.post(TestClient.body()).readAnswer()
        val names = threadsOf(provider)

        names.any { it.matches(Regex("scripted-provider-\\d+-connection-\\d+")) } shouldBe true
        names.count { it.endsWith("-accept") } shouldBe 1
        names.size shouldBe 2
      }
    }
  }

  private fun threadsOf(provider: ScriptedProvider): List<String> =
    Thread.getAllStackTraces()
      .keys
      .map { it.name }
      .filter { it.startsWith("scripted-provider-${provider.baseUrl.substringAfterLast(':')}-") }
}
