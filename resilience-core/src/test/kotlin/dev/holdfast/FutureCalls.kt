package dev.holdfast

import dev.holdfast.plan.CallFailure
import dev.holdfast.plan.Step
import dev.holdfast.testkit.ManualTime
import java.time.Duration
import java.util.concurrent.CancellationException
import java.util.concurrent.CompletableFuture
import java.util.function.Function
import java.util.function.Supplier

/** As a future, while the test passes the time. */
fun CallScenario.carryOutInFutures(): List<String> {
  val time = ManualTime()
  val script = Script(replies, time::elapsed)
  val resilience = resilience(time) { at, event -> time.schedule(at, event) }
  var told: List<String>? = null
  val tell = { result: Result<String> -> told = script.end(result) + resilience.told(this) }
  val promise =
    Drivers.driveAsync(
      resilience.plan(degraded != null),
      { script.next(it).later(time) },
      degraded?.let { degraded -> Function { degrade(time, degraded, it) } },
      resilience,
    )
  promise.whenComplete { value, thrown ->
    if (!promise.isCancelled) {
      tell(if (thrown == null) Result.success(value) else Result.failure(thrown))
    }
  }
  cancelled?.let {
    time.schedule(it) {
      promise.cancel(true)
      tell(Result.failure(CancellationException()))
    }
  }
  return time.passesUntil(script) { told }
}

private fun CallScenario.degrade(
  time: ManualTime,
  answer: (CallFailure) -> String,
  failure: CallFailure,
) =
  time.later(degradedSeconds) {
    val value = answer(failure)
    Supplier<Step<String>> { Step.Return(value) }
  }

private fun Reply.later(time: ManualTime) = time.later(seconds) { outcome() }

private fun <T> ManualTime.later(seconds: Long, outcome: () -> T): CompletableFuture<T> {
  val stage = CompletableFuture<T>()
  val complete = Runnable {
    runCatching(outcome).fold(stage::complete, stage::completeExceptionally)
  }
  if (seconds == 0L) {
    complete.run()
  } else {
    val timer = schedule(Duration.ofSeconds(seconds), complete)
    stage.whenComplete { _, _ -> timer.cancel() }
  }
  return stage
}

/** Passes an hour, after which nothing may be left behind; what was [told] by then. */
fun ManualTime.passesUntil(script: Script, told: () -> List<String>?): List<String> {
  advance(Duration.ofHours(1))
  check(scheduled() == 0) { "a timer was left behind" }
  check(!script.wentOn) { "an attempt was made after the end" }
  return checkNotNull(told()) { "the call did not end within an hour" }
}
