package dev.holdfast.providers.stream

import io.kotest.core.spec.style.FunSpec
import io.kotest.datatest.withData
import io.kotest.matchers.collections.shouldContainAll
import io.kotest.matchers.ints.shouldBeGreaterThan
import io.kotest.matchers.shouldBe
import java.nio.ByteBuffer

class GoldenStreamsTest :
  FunSpec({
    val streams = GoldenStream.all()

    test("there are streams of every protocol") {
      streams.size shouldBeGreaterThan 100
      streams.map { it.protocol }.toSet().map { it.name } shouldContainAll
        dev.holdfast.providers.WireProtocol.entries.map { it.name }
    }

    context("a stream has its verdict, however it is cut") {
      withData<GoldenStream>({ it.name }, streams) { stream ->
        val whole = StreamGuard.of(stream.protocol)
        whole.feed(stream.bytes)
        val verdict = whole.end()
        verdict.words() shouldBe stream.verdict
        verdict.failureWords() shouldBe stream.failure

        fun shouldAgree(guard: StreamGuard) {
          guard.end() shouldBe verdict
          guard.contentEvents shouldBe whole.contentEvents
          guard.finished shouldBe whole.finished
        }
        shouldAgree(StreamGuard.of(stream.protocol).feedInPieces(stream.bytes) { 1 })
        forSeeds(20) { random ->
          shouldAgree(StreamGuard.of(stream.protocol).feedInPieces(stream.bytes, random.pieces()))
        }
        val direct = ByteBuffer.allocateDirect(stream.bytes.size).put(stream.bytes).flip()
        shouldAgree(StreamGuard.of(stream.protocol).apply { feed(direct) })
        direct.position() shouldBe 0
      }
    }
  })
