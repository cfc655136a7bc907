package dev.holdfast.examples.drill

import kotlin.time.Duration
import kotlin.time.Duration.Companion.nanoseconds
import kotlinx.coroutines.delay

/** By how much the scenario is compressed. */
@JvmInline
internal value class TimeScale(val factor: Double) {
  /** How long a piece of the scenario takes in fact. */
  fun real(scenario: Duration): Duration = scenario / factor

  fun scenario(real: Duration): Duration = real * factor
}

/** Tells the scenario's time. It begins at [origin], a reading of [nanoTime]. */
internal class ScenarioClock(
  val scale: TimeScale,
  private val origin: Long,
  private val nanoTime: () -> Long = System::nanoTime,
) {
  fun now(): Duration = at(nanoTime())

  /** The scenario's time at a reading of the monotonic clock. */
  fun at(reading: Long): Duration = scale.scenario((reading - origin).nanoseconds)

  suspend fun delayUntil(time: Duration) = delay(scale.real(time - now()))

  companion object {
    /** A clock that starts when there was time to set up what will look at it. */
    fun startingIn(lead: Duration, scale: TimeScale): ScenarioClock =
      ScenarioClock(scale, System.nanoTime() + lead.inWholeNanoseconds)
  }
}
