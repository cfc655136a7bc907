package dev.holdfast.providers.stream

import dev.holdfast.outcome.FailureClass
import dev.holdfast.providers.WireProtocol
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeInstanceOf
import java.util.random.RandomGenerator
import kotlinx.serialization.json.JsonPrimitive

private const val NOISE = "abc {}[]\"\\:,\n\r\té😀data: [DONE] null error"
private const val ERROR = """{"error":{"code":"rate_limit_exceeded","message":"Slow down."}}"""

/** A stream of Chat Completions as its parts, each with an end of its own. */
private class Generated(private val random: RandomGenerator) {
  private val lineEnd = listOf("\n", "\r\n", "\r")[random.nextInt(3)]
  private val space = if (random.nextBoolean()) " " else ""

  val content: List<ByteArray> = List(random.nextInt(1, 12)) { chunk(text(), "null") }

  val end: List<ByteArray> = buildList {
    add(event("""{"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}"""))
    add(event("[DONE]"))
  }

  fun error(): ByteArray = event(ERROR)

  private fun chunk(text: String, finish: String): ByteArray =
    event(
      """{"choices":[{"index":0,"delta":{"content":${JsonPrimitive(text)}},"finish_reason":$finish}]}"""
    )

  private fun event(data: String): ByteArray {
    val alive = if (random.nextInt(4) == 0) ": alive$lineEnd$lineEnd" else ""
    return "${alive}data:$space$data$lineEnd$lineEnd".toByteArray()
  }

  private fun text(): String = buildString {
    repeat(random.nextInt(1, 20)) { append(NOISE[random.nextInt(NOISE.length)]) }
  }
}

private fun List<ByteArray>.joined(): ByteArray = fold(ByteArray(0), ByteArray::plus)

class GeneratedStreamsTest :
  FunSpec({
    fun guard(random: RandomGenerator, bytes: ByteArray): StreamGuard =
      StreamGuard.of(WireProtocol.OPENAI_CHAT).feedInPieces(bytes, random.pieces())

    test("a stream that came to its end is complete, and its content is counted") {
      forSeeds(2_000) { random ->
        val stream = Generated(random)
        val guard = guard(random, (stream.content + stream.end).joined())

        guard.contentEvents shouldBe stream.content.size
        guard.end().shouldBeInstanceOf<StreamVerdict.Complete>().finish shouldBe FinishReason.STOP
      }
    }

    test("a stream that is cut within its content is truncated, wherever it is cut") {
      forSeeds(2_000) { random ->
        val stream = Generated(random)
        val whole = stream.content.joined()
        val length = random.nextInt(whole.size)
        val guard = guard(random, whole.copyOf(length))
        val verdict = guard.broken()

        verdict.shouldBeInstanceOf<StreamVerdict.Truncated>()
        if (length < stream.content[0].size - 4) verdict.contentSeen shouldBe false
        if (length > stream.content[0].size) verdict.contentSeen shouldBe true
        verdict.toFailure()!!.failureClass() shouldBe
          if (verdict.contentSeen) FailureClass.STREAM_INTERRUPTED else FailureClass.STREAM_BROKEN
      }
    }

    test("an error keeps its class before content, and interrupts the stream after it") {
      forSeeds(2_000) { random ->
        val stream = Generated(random)
        val before = random.nextInt(stream.content.size + 1)
        val parts =
          stream.content.take(before) +
            stream.error() +
            stream.content.drop(before).take(random.nextInt(2))
        val verdict = guard(random, parts.joined()).end()

        verdict.shouldBeInstanceOf<StreamVerdict.Errored>().failureClass shouldBe
          FailureClass.RATE_LIMITED
        verdict.toFailure()!!.failureClass() shouldBe
          if (before > 0) FailureClass.STREAM_INTERRUPTED else FailureClass.RATE_LIMITED
      }
    }
  })
