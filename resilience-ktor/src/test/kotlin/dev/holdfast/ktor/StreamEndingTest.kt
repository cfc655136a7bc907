package dev.holdfast.ktor

import dev.holdfast.Resilience
import dev.holdfast.coroutines.bulkhead
import dev.holdfast.coroutines.feature
import dev.holdfast.coroutines.model
import dev.holdfast.coroutines.resilience
import dev.holdfast.coroutines.retry
import dev.holdfast.outcome.StreamInterruptedException
import dev.holdfast.testkit.Behaviour
import io.kotest.assertions.nondeterministic.eventually
import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.datatest.withData
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.collections.shouldNotContain
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import io.ktor.client.plugins.sse.SSE
import java.time.Duration
import kotlin.time.Duration.Companion.seconds

/** What becomes of a stream. */
private enum class Outcome {
  COMPLETE,
  OTHER_MODEL,
  INTERRUPTED,
}

private class Ending(
  val name: String,
  val behaviour: Behaviour,
  val outcome: Outcome,
  val isStall: Boolean = false,
) {
  fun resilience(): Resilience = resilience {
    model(SONNET) {
      if (isStall) {
        firstContentTimeout(Duration.ofMillis(if (outcome == Outcome.OTHER_MODEL) 300 else 20_000))
        streamGap(Duration.ofMillis(300))
      }
    }
    model(HAIKU)
    retry { maxAttempts(1) }
    feature("chat") { bulkhead { maxConcurrentCalls(1) } }
  }

  /**
   * The bodies that are sent to their end. Each may leave a connection that can be used again: the
   * one of a failed attempt is not always free when the next attempt looks for one.
   */
  fun wholeBodies(): Int {
    val ofTheFailed = if ("error" in name) 1 else 0
    return ofTheFailed + if (outcome == Outcome.INTERRUPTED) 0 else 1
  }
}

private val GAP = Duration.ofMillis(50)

private val STREAM_ENDINGS =
  listOf(
    Ending("complete", Behaviour.healthy(), Outcome.COMPLETE),
    Ending("complete, in pieces", Behaviour.healthy(gap = Duration.ofMillis(5)), Outcome.COMPLETE),
    Ending("cut at its headers", Behaviour.cutStream(0), Outcome.OTHER_MODEL),
    Ending("cut before content", Behaviour.cutStream(3), Outcome.OTHER_MODEL),
    Ending("cut after content", Behaviour.cutStream(5, gap = GAP), Outcome.INTERRUPTED),
    Ending("cut before its last event", Behaviour.cutStream(8, gap = GAP), Outcome.INTERRUPTED),
    Ending("an error before content", Behaviour.errorInStream(3), Outcome.OTHER_MODEL),
    Ending("an error after content", Behaviour.errorInStream(5, gap = GAP), Outcome.INTERRUPTED),
    Ending("silence at its headers", Behaviour.stallStream(0), Outcome.OTHER_MODEL, true),
    Ending("silence before content", Behaviour.stallStream(3), Outcome.OTHER_MODEL, true),
    Ending("silence after content", Behaviour.stallStream(4), Outcome.INTERRUPTED, true),
    Ending("a reset before content", Behaviour.resetStream(3, gap = GAP), Outcome.OTHER_MODEL),
    Ending("a reset after content", Behaviour.resetStream(5, gap = GAP), Outcome.INTERRUPTED),
  )

class StreamEndingTest :
  FunSpec({
    for (engine in ENGINES.keys) {
      for (reading in StreamReading.entries) {
        context("$engine, ${reading.name.lowercase()}: a stream ends with") {
          withData<Ending>({ it.name }, STREAM_ENDINGS) { ending ->
            val shared = ending.resilience()
            withEngine(engine, { use(shared) }, { install(SSE) }) { provider, client ->
              provider.model(SONNET).always(ending.behaviour)

              val seen = client.readStream(provider, reading)

              withClue("${seen.thrown}, ${seen.events}") {
                val failures = if (ending.outcome == Outcome.COMPLETE) 0 else 1
                shared.breakers().breaker(SONNET).failures() shouldBe failures
                if (ending.outcome == Outcome.INTERRUPTED) {
                  seen.cause<StreamInterruptedException>().shouldNotBeNull().model() shouldBe SONNET
                  seen.events shouldNotContain "message_stop"
                  provider.askedModels() shouldContainExactly listOf(SONNET)
                } else {
                  val isOther = ending.outcome == Outcome.OTHER_MODEL
                  seen.thrown shouldBe null
                  seen.events.count { it == "content_block_delta" } shouldBe 3
                  seen.events.count { it == "message_start" } shouldBe 1
                  seen.events.last() shouldBe "message_stop"
                  provider.askedModels() shouldContainExactly
                    if (isOther) listOf(SONNET, HAIKU) else listOf(SONNET)
                }
                eventually(5.seconds) {
                  shared.feature("chat").bulkhead()!!.snapshot().running() shouldBe 0
                }
                val pooled = if (engine == "CIO") 0 else ending.wholeBodies()
                // Apache does not always close the connection of a call that is cancelled.
                if (engine != "Apache5" || !ending.isStall) {
                  eventually(5.seconds) { (provider.openConnections() <= pooled) shouldBe true }
                }
              }
            }
          }
        }
      }
    }
  })
