package dev.holdfast.breaker

import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec

/**
 * `-Dholdfast.stress.calls` sets the number of calls, `-Dholdfast.stress.seed` repeats what the
 * threads drew; how they met is not repeated.
 */
class BreakerStressTest :
  FunSpec({
    val calls = Integer.getInteger("holdfast.stress.calls", 30_000)
    val seed = java.lang.Long.getLong("holdfast.stress.seed", System.nanoTime())

    StormSettings.entries.forEach { settings ->
      test("no permit is lost and no count is wrong after a storm over $settings") {
        withClue("-Dholdfast.stress.seed=$seed") {
          BreakerStorm(settings, seed).use { it.rage(calls / StormSettings.entries.size) }
        }
      }
    }
  })
