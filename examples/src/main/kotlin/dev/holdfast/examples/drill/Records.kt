package dev.holdfast.examples.drill

import dev.holdfast.breaker.CircuitBreaker.State
import kotlin.time.Duration

/** How a call of the application ended. */
internal enum class Answer {
  PRIMARY,
  FALLBACK,
  DEGRADED,
  /** It broke in the middle, and the application was told. */
  INTERRUPTED,
  /** It broke in the middle, and the application took what it had for the whole answer. */
  TRUNCATED,
  FAILED,
}

/** One call of the application: when it was due, began and ended, in scenario time. */
internal data class CallRecord(
  val number: Int,
  val due: Duration,
  val started: Duration,
  val ended: Duration,
  val answer: Answer,
  /** Why it failed, if it did. */
  val failure: String? = null,
) {
  val isAnswered: Boolean
    get() = answer != Answer.FAILED && answer != Answer.INTERRUPTED

  /** Counted from when the call was due, so that a generator that lags cannot hide a delay. */
  val latency: Duration
    get() = ended - due
}

/** One request to a model, as the client saw it. */
internal data class AttemptRecord(
  val call: Int,
  val model: String,
  val started: Duration,
  val ended: Duration,
)

/** One request to a model, as the model saw it. */
internal data class Arrival(val model: String, val at: Duration)

/** One transition of a breaker. */
internal data class TransitionRecord(
  val model: String,
  val at: Duration,
  val from: State,
  val to: State,
  val failures: Int,
)

/** All that was seen in one run. */
internal data class RunRecord(
  val name: String,
  val calls: List<CallRecord>,
  val attempts: List<AttemptRecord>,
  val arrivals: List<Arrival>,
  val transitions: List<TransitionRecord> = emptyList(),
  /** What the refusals of calls cost, in real time. */
  val rejections: List<Duration> = emptyList(),
)
