package dev.holdfast.examples.drill

import kotlin.random.Random
import kotlin.time.Duration

/** How one model behaves during the drill. */
internal data class ModelScenario(
  val name: String,
  val latency: ClosedRange<Duration>,
  val outages: List<Outage>,
) {
  init {
    require(outages.zipWithNext().all { (one, next) -> one.until <= next.from }) {
      "outages of $name must follow each other, but were $outages"
    }
  }

  /** When the model is up again for good; null if it always is. */
  val recovery: Duration? = outages.lastOrNull { it.condition.isDown }?.until

  fun conditionAt(time: Duration): Condition =
    outages.find { time in it }?.condition ?: Condition.HEALTHY

  /** How long a healthy answer to the given call takes; the same in each run. */
  fun latencyOf(call: Int, seed: Long): Duration {
    val random = Random(seed * 31 + name.hashCode() + call * 1_000_003L)
    return latency.start + (latency.endInclusive - latency.start) * random.nextDouble()
  }
}

/** A time in which a model is down, in one way. */
internal data class Outage(val from: Duration, val until: Duration, val condition: Condition) {
  operator fun contains(time: Duration): Boolean = time >= from && time < until
}

/** What a model does to its requests; [isDown] if none gets an answer. */
internal enum class Condition(val isDown: Boolean) {
  HEALTHY(false),
  /** Takes requests and never answers them. */
  HANGING(true),
  /** Answers 529 at once. */
  OVERLOADED(true),
  /** Closes the connections of streams in the middle, as if they were complete. */
  CUTTING(false),
  /** Falls silent in the middle of streams. */
  STALLING(false),
}
