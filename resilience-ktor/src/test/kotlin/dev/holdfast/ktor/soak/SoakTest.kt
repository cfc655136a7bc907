package dev.holdfast.ktor.soak

import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec

private const val SHORT = 400

/**
 * `-Dholdfast.soak.calls` sets the number of calls, of which engines other than CIO make 2000 at
 * most; `-Dholdfast.soak.engines` chooses among them, and `-Dholdfast.soak.seed` repeats what calls
 * and server drew. How they met is not repeated.
 *
 * The engines of Java and Apache keep the connection of a call that is cancelled before its
 * headers, with this plugin or without, so a soak of theirs would end with what they have left.
 */
class SoakTest :
  FunSpec({
    val calls = Integer.getInteger("holdfast.soak.calls", SHORT)
    val seed = java.lang.Long.getLong("holdfast.soak.seed", System.nanoTime())

    val engines = System.getProperty("holdfast.soak.engines", "CIO,OkHttp").split(',')

    for (engine in engines.map(SoakEngine::valueOf)) {
      test("$engine: nothing is lost or left behind after a soak in faults and cancellations") {
        val own = if (engine == SoakEngine.CIO) calls else minOf(calls, 2_000)
        withClue("-Dholdfast.soak.seed=$seed") {
          Soak(engine, seed).use {
            val told = it.soak(own, waves = maxOf(2, own / 2_500))
            if (calls > SHORT) println("$engine: $told")
          }
        }
      }
    }
  })
