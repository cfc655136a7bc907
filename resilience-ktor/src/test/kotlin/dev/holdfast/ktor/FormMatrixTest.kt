package dev.holdfast.ktor

import dev.holdfast.coroutines.model
import dev.holdfast.coroutines.resilience
import dev.holdfast.coroutines.retry
import dev.holdfast.outcome.StreamInterruptedException
import dev.holdfast.testkit.Behaviour
import io.kotest.core.spec.style.FunSpec
import io.kotest.datatest.withData
import io.kotest.matchers.collections.shouldBeEmpty
import java.time.Duration
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.coroutineScope

private val SHORTLY = Duration.ofMillis(20)

private enum class Breakage(val behaviour: Behaviour, val isInBody: Boolean = false) {
  NONE(Behaviour.healthy()),
  OVERLOADED(Behaviour.overloaded()),
  RESET(Behaviour.resetConnection()),
  CUT_IN_BODY(Behaviour.cutStream(8, gap = SHORTLY), isInBody = true),
  RESET_IN_BODY(Behaviour.resetStream(8, gap = SHORTLY), isInBody = true),
}

private data class FormCell(
  val engine: String,
  val reading: Reading,
  val breakage: Breakage,
  val form: Form,
) {
  /** Who has answered what, after which requests. */
  suspend fun seen(): String {
    val shared = resilience {
      model(SONNET)
      model(HAIKU)
      retry { maxAttempts(1) }
    }
    var seen = ""
    withEngine(engine, { use(shared) }, formsAround) { provider, client ->
      provider.model(SONNET).always(breakage.behaviour)
      val answer = runCatching { client.answer(provider, reading, form.set) }
      val thrown = answer.exceptionOrNull()
      val failures = shared.breakers().breaker(SONNET).failures()
      val what =
        when {
          generateSequence(thrown) { it.cause }.any { it is StreamInterruptedException } ->
            "interrupted"
          thrown != null -> "exception"
          else -> if ("error" in answer.getOrThrow()) "error" else "answer"
        }
      seen = "$what, $failures failures, ${provider.askedModels()}"
    }
    return seen
  }

  /** What may be seen; the network may show a failure before what was sent before it. */
  fun expected(): Set<String> {
    val isOnce = form == Form.CHANNEL
    return when {
      breakage == Breakage.NONE -> setOf("answer, 0 failures, [$SONNET]")
      reading.streams && breakage.isInBody -> setOf(INTERRUPTED, if (isOnce) THROWN else FELL_BACK)
      !isOnce -> setOf(FELL_BACK)
      breakage == Breakage.OVERLOADED -> setOf("error, 1 failures, [$SONNET]")
      else -> setOf(THROWN)
    }
  }
}

private const val INTERRUPTED = "interrupted, 1 failures, [$SONNET]"
private const val FELL_BACK = "answer, 1 failures, [$SONNET, $HAIKU]"
private const val THROWN = "exception, 1 failures, [$SONNET]"

class FormMatrixTest :
  FunSpec({
    context("each form of a request; on every engine, streamed and whole, broken in every place") {
      withData(Form.entries) { form ->
        val cells =
          ENGINES.keys.flatMap { engine ->
            listOf(Reading.TEXT, Reading.EXECUTE).flatMap { reading ->
              Breakage.entries.map { FormCell(engine, reading, it, form) }
            }
          }

        val seen = coroutineScope {
          cells.map { async(Dispatchers.IO) { it to it.seen() } }.awaitAll()
        }

        seen.filterNot { (cell, seen) -> seen in cell.expected() }.shouldBeEmpty()
      }
    }
  })
