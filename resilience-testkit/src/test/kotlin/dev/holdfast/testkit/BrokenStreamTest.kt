package dev.holdfast.testkit

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldEndWith
import io.kotest.matchers.string.shouldStartWith
import java.io.IOException
import java.net.SocketException
import java.time.Duration

class BrokenStreamTest : FunSpec() {
  private lateinit var provider: ScriptedProvider
  private val model
    get() = provider.model("claude-sonnet")

  private fun <T> asking(
    behaviour: Behaviour,
    stream: Boolean = true,
    block: RawClient.() -> T,
  ): T {
    model.next(behaviour)
    return RawClient(provider).use {
      it.post(TestClient.body(stream = stream))
      it.block()
    }
  }

  private fun RawClient.skipHead(): RawClient = apply { readHead() }

  private val patience = Duration.ofSeconds(10)

  init {
    beforeTest { provider = ScriptedProvider.start() }
    afterTest { provider.close() }

    test("each event of a stream is a chunk of its own") {
      asking(Behaviour.healthy()) {
        readHead().contains("transfer-encoding: chunked") shouldBe true
        val chunks = generateSequence { readChunk() }.takeWhile { it.isNotEmpty() }.toList()

        chunks.size shouldBe 9
        chunks.forEach {
          it shouldStartWith "event: "
          it shouldEndWith "}\n\n"
        }
      }
    }

    test("a cut stream ends after its events, without the chunk that ends the body") {
      (0..8).forEach { count ->
        asking(Behaviour.cutStream(count)) {
          skipHead()
          repeat(count) { readChunk() shouldStartWith "event: " }

          readToEnd() shouldBe ""
        }
      }
    }

    test("a stream can be cut after any number of content events") {
      asking(Behaviour.cutStream(53, 50)) {
        skipHead()
        val last = List(53) { readChunk() }.last()

        last shouldContain "content_block_delta"
        readToEnd() shouldBe ""
      }
    }

    test("an HTTP client takes a cut stream for a failure") {
      model.next(Behaviour.cutStream(4))

      shouldThrow<IOException> { TestClient.ask(provider, stream = true) }
    }

    test("a reset stream ends with a failure of the connection") {
      asking(Behaviour.resetStream(4)) { shouldThrow<SocketException> { readToEnd() } }
    }

    test("a stalled stream sends its events and keeps the connection open") {
      asking(Behaviour.stallStream(2)) {
        skipHead()
        readChunk() shouldContain "message_start"
        readChunk() shouldContain "content_block_start"

        provider.openConnections() shouldBe 1
      }
      provider.awaitOpenConnections(0, patience)
    }

    test("an error in a stream is an event, after which the connection can go on") {
      asking(Behaviour.errorInStream(3)) {
        skipHead()
        repeat(3) { readChunk() }
        readChunk() shouldStartWith
          """event: error${'\n'}data: {"type":"error","error":{"type":"overloaded_error","""
        readChunk() shouldBe ""

        post(TestClient.body()).readAnswer() shouldContain "Hello"
      }
    }

    test("without a stream, a cut answer stops in the middle of its body") {
      asking(Behaviour.cutStream(1), stream = false) {
        val length = readHead().single { it.startsWith("content-length") }.substringAfter(": ")

        readToEnd().length shouldBe length.toInt() / 2
      }
    }

    test("without a stream, a reset answer fails and a stalled one falls silent") {
      asking(Behaviour.resetStream(1), stream = false) {
        shouldThrow<SocketException> { readToEnd() }
      }
      asking(Behaviour.stallStream(1), stream = false) {
        readHead()
        provider.openConnections() shouldBe 1
      }
      provider.awaitOpenConnections(0, patience)
    }

    test("without a stream, an error in the stream is an overload") {
      asking(Behaviour.errorInStream(1), stream = false) {
        readHead().first() shouldStartWith "http/1.1 529"
      }
    }

    test("a client that leaves between two events frees the connection") {
      asking(Behaviour.healthy(gap = Duration.ofHours(1))) {
        skipHead()
        readChunk() shouldContain "message_start"
      }

      provider.awaitOpenConnections(0, patience)
    }
  }
}
