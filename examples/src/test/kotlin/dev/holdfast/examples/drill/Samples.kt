package dev.holdfast.examples.drill

import dev.holdfast.breaker.CircuitBreaker.State
import kotlin.time.Duration.Companion.seconds

/** Two models; the primary hangs from 10 s to 20 s, the fallback from 15 s to 20 s. */
internal val smallScenario =
  Scenario(
    callsPerMinute = 60,
    length = 30.seconds,
    primary =
      ModelScenario(
        "claude-sonnet",
        2.seconds..4.seconds,
        listOf(Outage(10.seconds, 20.seconds, Condition.HANGING)),
      ),
    fallback =
      ModelScenario(
        "claude-haiku",
        1.seconds..2.seconds,
        listOf(Outage(15.seconds, 20.seconds, Condition.HANGING)),
      ),
  )

internal fun call(number: Int, from: Double, until: Double, answer: Answer = Answer.PRIMARY) =
  CallRecord(number, from.seconds, from.seconds, until.seconds, answer)

internal fun attempt(call: Int, from: Double, until: Double, model: String = "claude-sonnet") =
  AttemptRecord(call, model, from.seconds, until.seconds)

internal fun arrival(at: Double, model: String = "claude-sonnet") = Arrival(model, at.seconds)

internal fun transition(at: Double, from: State, to: State, failures: Int = 0) =
  TransitionRecord("claude-sonnet", at.seconds, from, to, failures)
