package dev.holdfast.ktor.soak

import dev.holdfast.ktor.ENGINES
import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec

private const val SHORT = 400
private const val FEWER = 2_000

/**
 * `-Dholdfast.soak.calls` sets the number of calls, of which engines other than CIO, and a client
 * that shares calls, make 2000 at most; `-Dholdfast.soak.engines` chooses among them, and
 * `-Dholdfast.soak.seed` repeats what calls and server drew. How they met is not repeated.
 *
 * The engines of Java and Apache forget connections of calls that were cancelled, with this plugin
 * or without: in their soaks the server ends those after each wave, and the rest has to be as it is
 * with the others.
 */
class SoakTest :
  FunSpec({
    val calls = Integer.getInteger("holdfast.soak.calls", SHORT)
    val seed = java.lang.Long.getLong("holdfast.soak.seed", System.nanoTime())

    val engines = System.getProperty("holdfast.soak.engines")?.split(',') ?: ENGINES.keys

    suspend fun soak(engine: SoakEngine, calls: Int, hasAnswers: Boolean = false) {
      withClue("-Dholdfast.soak.seed=$seed") {
        Soak(engine, seed, hasAnswers).use {
          val told = it.soak(calls, waves = maxOf(2, calls / 2_500))
          if (calls > SHORT) println("$engine${if (hasAnswers) " with answers" else ""}: $told")
        }
      }
    }

    for (engine in engines.map(SoakEngine::valueOf)) {
      test("$engine: nothing is lost or left behind after a soak in faults and cancellations") {
        soak(engine, if (engine == SoakEngine.CIO) calls else minOf(calls, FEWER))
      }
    }

    test("nothing is lost or left behind after a soak whose calls are shared and answers kept")
      .config(enabled = "CIO" in engines) {
        soak(SoakEngine.CIO, minOf(calls, FEWER), hasAnswers = true)
      }
  })
