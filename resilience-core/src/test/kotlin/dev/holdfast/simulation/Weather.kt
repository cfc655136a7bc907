package dev.holdfast.simulation

import java.time.Duration
import kotlin.random.Random

/** What a model does to the calls that it gets in some stretch of time. */
enum class Weather {
  CLEAR,
  SLOW,
  FLAKY,
  OVERLOADED,
  FAILING,
  RATE_LIMITED,
  OUT_OF_QUOTA,
  HANGING,
  UNREACHABLE,
}

/** The weather of one model over a whole simulation: clear for a while, then an outage, in turn. */
class Forecast(random: Random, length: Duration) {
  private val changes = mutableListOf<Pair<Long, Weather>>()

  /** How many outages it holds. */
  val outages: Int

  init {
    var at = 0L
    while (at < length.toSeconds()) {
      changes += at to Weather.CLEAR
      at += random.nextLong(5, 120)
      changes += at to Weather.entries.drop(1).random(random)
      at += random.nextLong(1, 150)
    }
    outages = changes.size / 2
  }

  fun at(elapsed: Duration): Weather =
    changes.last { (since, _) -> since <= elapsed.toSeconds() }.second
}
