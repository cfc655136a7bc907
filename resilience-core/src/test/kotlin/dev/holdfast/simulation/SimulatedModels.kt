package dev.holdfast.simulation

import dev.holdfast.outcome.FailureClass
import dev.holdfast.plan.Attempt
import dev.holdfast.testing.Fault
import dev.holdfast.testkit.ManualTime
import java.time.Duration
import java.util.concurrent.CompletableFuture
import kotlin.random.Random

/** Models that answer, fail and hang as the weather has it, in manual time. */
class SimulatedModels(
  private val random: Random,
  private val time: ManualTime,
  private val forecasts: Map<String, Forecast>,
) {
  private val shutUntil = mutableMapOf<String, Duration>()

  /** The attempts that are under way. */
  var inFlight: Int = 0
    private set

  val outages: Int
    get() = forecasts.values.sumOf { it.outages }

  /** Whether the model has asked to be left alone now. */
  fun isShut(model: String): Boolean = time.elapsed() < (shutUntil[model] ?: Duration.ZERO)

  fun ask(attempt: Attempt): CompletableFuture<String> {
    val answer = CompletableFuture<String>()
    inFlight++
    answer.whenComplete { _, _ -> inFlight-- }
    val failure = failure(forecasts.getValue(attempt.target()).at(time.elapsed()))
    val latency = Duration.ofMillis(latencyMillis(attempt))
    time.schedule(latency) {
      when {
        // Whoever has hung up does not hear what the model says.
        answer.isDone -> Unit
        failure == null -> answer.complete("an answer of ${attempt.target()}")
        else -> answer.completeExceptionally(failure.also { shut(attempt.target(), it) })
      }
    }
    return answer
  }

  private fun shut(model: String, fault: Fault) {
    if (fault.kind == FailureClass.RATE_LIMITED && fault.hint != null) {
      shutUntil.merge(model, time.elapsed() + fault.hint, ::maxOf)
    }
  }

  private fun latencyMillis(attempt: Attempt): Long =
    when (forecasts.getValue(attempt.target()).at(time.elapsed())) {
      Weather.HANGING -> HOUR
      Weather.SLOW -> random.nextLong(5_000, 60_000)
      Weather.UNREACHABLE -> random.nextLong(0, 5)
      else -> random.nextLong(1, 4_000)
    }

  private fun failure(weather: Weather): Fault? =
    when (weather) {
      Weather.CLEAR,
      Weather.SLOW,
      Weather.HANGING -> null
      Weather.FLAKY -> if (random.nextBoolean()) fault(FailureClass.SERVER_ERROR) else null
      Weather.OVERLOADED -> fault(FailureClass.OVERLOADED)
      Weather.FAILING -> fault(FailureClass.SERVER_ERROR)
      Weather.RATE_LIMITED ->
        Fault(FailureClass.RATE_LIMITED, if (random.nextInt(3) == 0) null else hint())
      Weather.OUT_OF_QUOTA -> Fault(FailureClass.QUOTA_EXHAUSTED)
      Weather.UNREACHABLE -> Fault(FailureClass.CONNECTION_FAILED)
    }

  private fun fault(kind: FailureClass) = Fault(kind, if (random.nextInt(3) == 0) hint() else null)

  private fun hint(): Duration = Duration.ofSeconds(random.nextLong(1, 90))

  private companion object {
    const val HOUR = 3_600_000L
  }
}
