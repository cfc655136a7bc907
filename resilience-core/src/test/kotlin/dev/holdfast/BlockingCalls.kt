package dev.holdfast

import dev.holdfast.testkit.ManualTime
import dev.holdfast.time.Time
import java.time.Duration
import java.util.function.Function
import kotlin.concurrent.thread

/** On the calling thread, which passes the time. */
fun CallScenario.carryOutBlocking(): List<String> {
  val time = ManualTime()
  val caller = Thread.currentThread()
  val script = Script(replies, time::elapsed)
  val resilience = resilience(SteppedSleep(time)) { at, event -> time.schedule(at, event) }
  cancelled?.let { time.schedule(it, caller::interrupt) }
  val clock = queued?.let { resilience.passesInQueue(time, it) }
  val call = AttemptCall<String, Exception> { script.next(it).perform(time) }
  val result = runCatching {
    degraded?.let { degraded ->
      resilience.call(
        call,
        Function {
          time.passes(Duration.ofSeconds(degradedSeconds))
          degraded(it)
        },
      )
    } ?: resilience.call(call)
  }
  val isInterrupted = Thread.interrupted()
  clock?.join()
  check(cancelled != null || !isInterrupted) { "an interrupt was left behind" }
  check(time.scheduled() <= 1) { "a timer was left behind beside that of the watch" }
  return script.end(result) + resilience.told(this)
}

private fun Reply.perform(time: ManualTime): String {
  time.passes(Duration.ofSeconds(seconds))
  return outcome()
}

/** Passes the time until then as soon as a call waits for a slot, which holds its thread. */
private fun Resilience.passesInQueue(time: ManualTime, until: Duration) = thread {
  val line = checkNotNull(bulkhead())
  while (line.snapshot().queued() == 0) Thread.onSpinWait()
  time.advance(until.minus(time.elapsed()))
}

/** Passes the time in steps, so that it can be interrupted. */
private fun ManualTime.passes(duration: Duration) {
  var left = duration
  while (!left.isZero) {
    val step = minOf(left, Duration.ofMillis(500))
    advance(step)
    left -= step
    if (Thread.interrupted()) throw InterruptedException()
  }
}

/** A clock that can be interrupted when it sleeps. */
private class SteppedSleep(private val time: ManualTime) : Time by time {
  override fun sleep(duration: Duration) = time.passes(duration)
}
