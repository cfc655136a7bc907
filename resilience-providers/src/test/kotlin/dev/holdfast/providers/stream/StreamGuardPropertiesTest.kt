package dev.holdfast.providers.stream

import dev.holdfast.providers.WireProtocol
import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.datatest.withData
import io.kotest.matchers.longs.shouldBeLessThan
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeInstanceOf
import java.util.random.RandomGenerator

class StreamGuardPropertiesTest :
  FunSpec({
    val golden = GoldenStream.all()

    fun RandomGenerator.shouldNotDependOnCuts(
      protocol: WireProtocol,
      bytes: ByteArray,
      limit: Int = 1 shl 20,
    ) {
      fun guard() = StreamGuard.of(protocol, maxEventBytes = limit)
      val whole = guard().apply { feed(bytes) }
      val verdict = whole.end()
      for (guard in
        listOf(guard().feedInPieces(bytes) { 1 }, guard().feedInPieces(bytes, pieces()))) {
        guard.end() shouldBe verdict
        guard.contentEvents shouldBe whole.contentEvents
      }
    }

    context("random bytes never throw, and their verdict does not depend on where they are cut") {
      withData(WireProtocol.entries) { protocol ->
        forSeeds(300) { random ->
          val bytes = ByteArray(random.nextInt(200)).also(random::nextBytes)
          random.shouldNotDependOnCuts(protocol, bytes)
        }
      }
    }

    context("nor do texts of the characters that mean something") {
      withData(WireProtocol.entries) { protocol ->
        val pieces =
          listOf(
            "data:",
            "data: ",
            "event: error\n",
            "\n",
            "\r\n",
            "\n\n",
            "\r",
            ":",
            "{",
            "}",
            "[",
          ) +
            listOf("]", ",", "\"", "\\", "\"error\":", "\"choices\":[", "\"type\":", "null", "12") +
            listOf(
              "[DONE]",
              "true",
              " ",
              "\"finish_reason\":\"stop\"",
              "\"delta\":{\"content\":\"a\"}",
            ) +
            listOf(
              "tx",
              "\u0001",
              "\u00e4",
              "id: 1\n",
              "{\"candidates\":[{\"finishReason\":\"STOP\"}]}",
            )
        forSeeds(2_000) { random ->
          val text =
            List(random.nextInt(25)) { pieces[random.nextInt(pieces.size)] }.joinToString("")
          random.shouldNotDependOnCuts(protocol, text.toByteArray(), limit = random.nextInt(1, 80))
        }
      }
    }

    test("nor do golden streams with some of their bytes changed, in any protocol") {
      for (stream in golden) withClue(stream.name) {
        forSeeds(6) { random ->
          val bytes = stream.bytes.copyOf()
          if (bytes.isNotEmpty()) {
            repeat(random.nextInt(1, 4)) {
              bytes[random.nextInt(bytes.size)] = random.nextInt(256).toByte()
            }
          }
          random.shouldNotDependOnCuts(stream.protocol, bytes, limit = random.nextInt(50, 4_000))
        }
        forSeeds(1) { it.shouldNotDependOnCuts(WireProtocol.entries[it.nextInt(6)], stream.bytes) }
      }
    }

    context("a line without an end is too large, and keeps no memory") {
      val begins =
        mapOf(
          "a comment" to ": ",
          "data" to "data: {\"a\":\"",
          "a name" to "event: ",
          "an unknown field" to "x",
          "a JSON body" to "{\"a\":\"",
          "a name in JSON" to "data: {\"",
          "a wanted text" to "data: {\"error\":{\"type\":\"",
          "a number" to "data: {\"error\":{\"code\":1",
        )
      withData<Map.Entry<String, String>>({ it.key }, begins.entries) { (_, begin) ->
        val guard = StreamGuard.of(WireProtocol.OPENAI_CHAT, maxEventBytes = Int.MAX_VALUE)
        guard.feed(begin.toByteArray())
        val piece = ByteArray(64 * 1024) { '1'.code.toByte() }
        guard.feed(piece)
        val allocated = allocatedBytes { repeat(100 * 16) { guard.feed(piece) } }

        allocated shouldBeLessThan 4_096
        guard.contentSeen shouldBe false
        val limited = StreamGuard.of(WireProtocol.OPENAI_CHAT)
        limited.feed(begin.toByteArray())
        repeat(16 * 16 + 1) { limited.feed(piece) }
        limited.end().shouldBeInstanceOf<StreamVerdict.Errored>().fault shouldBe
          StreamFault.TOO_LARGE
      }
    }

    context("deep nesting is passed over") {
      withData(
        "[",
        "{\"a\":",
        "{\"choices\":[",
        "{\"error\":",
        "{\"choices\":{\"delta\":{\"content\":[",
      ) { open ->
        val guard = StreamGuard.of(WireProtocol.OPENAI_CHAT)
        guard.feed("data: {\"choices\":".toByteArray())
        val piece = open.repeat(1_000).toByteArray()
        guard.feed(piece)
        allocatedBytes { repeat(1_000) { guard.feed(piece) } } shouldBeLessThan 4_096
        guard.broken().contentSeen shouldBe false
      }
    }
  })
