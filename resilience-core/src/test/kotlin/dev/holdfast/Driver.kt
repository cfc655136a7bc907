package dev.holdfast

import dev.holdfast.bulkhead.VirtualTime
import dev.holdfast.coroutines.drive
import dev.holdfast.plan.CallFailure
import dev.holdfast.plan.CallPlan
import dev.holdfast.plan.CallRecord
import dev.holdfast.plan.Step
import dev.holdfast.testkit.ManualTime
import dev.holdfast.time.Deadline
import dev.holdfast.time.Time
import java.time.Duration
import java.util.concurrent.CancellationException
import java.util.concurrent.CompletableFuture
import java.util.function.Function
import java.util.function.Supplier
import kotlin.concurrent.thread
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch
import kotlinx.coroutines.test.currentTime
import kotlinx.coroutines.test.runTest

/** The three drivers, reduced to one shape: carry out this scenario and tell what happened. */
enum class Driver {
  BLOCKING {
    override fun run(scenario: CallScenario): List<String> {
      val time = ManualTime()
      val caller = Thread.currentThread()
      val script = Script(scenario.replies, time::elapsed)
      val resilience = scenario.resilience(time) { at, event -> time.schedule(at, event) }
      scenario.cancelled?.let { time.schedule(it, caller::interrupt) }
      val clock = scenario.queued?.let { resilience.passesInQueue(time, it) }
      val result = runCatching {
        BlockingDriver.drive<String, Exception>(
          resilience.plan(scenario),
          { script.next(it).perform(time) },
          scenario.degraded?.let { degraded ->
            Function {
              time.passes(Duration.ofSeconds(scenario.degradedSeconds))
              degraded(it)
            }
          },
          AttemptWatch(SteppedSleep(time)),
        )
      }
      val isInterrupted = Thread.interrupted()
      clock?.join()
      check(scenario.cancelled != null || !isInterrupted) { "an interrupt was left behind" }
      check(time.scheduled() <= 1) { "a timer was left behind beside that of the watch" }
      return script.end(result) + resilience.told(scenario)
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
  },
  FUTURES {
    override fun run(scenario: CallScenario): List<String> {
      val time = ManualTime()
      val script = Script(scenario.replies, time::elapsed)
      val resilience = scenario.resilience(time) { at, event -> time.schedule(at, event) }
      var told: List<String>? = null
      val promise =
        FuturesDriver.driveLater(
          resilience.plan(scenario),
          { script.next(it).perform(time) },
          scenario.degraded?.let { degraded -> Function { scenario.degrade(time, degraded, it) } },
          time,
        )
      val tell = { result: Result<String> -> told = script.end(result) + resilience.told(scenario) }
      promise.whenComplete { value, thrown ->
        if (!promise.isCancelled) {
          tell(if (thrown == null) Result.success(value) else Result.failure(thrown))
        }
      }
      scenario.cancelled?.let {
        time.schedule(it) {
          promise.cancel(true)
          tell(Result.failure(CancellationException()))
        }
      }
      time.advance(Duration.ofHours(1))
      check(time.scheduled() == 0) { "a timer was left behind" }
      check(!script.wentOn) { "an attempt was made after the end" }
      return checkNotNull(told) { "the call did not end within an hour" }
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

    private fun Reply.perform(time: ManualTime) = time.later(seconds) { outcome() }

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
  },
  SUSPEND {
    override fun run(scenario: CallScenario): List<String> {
      var told: List<String>? = null
      runTest {
        val later: Later = { at, event ->
          backgroundScope.launch {
            delay(at.toMillis())
            event()
          }
        }
        val script = Script(scenario.replies) { Duration.ofMillis(currentTime) }
        val resilience = scenario.resilience(VirtualTime(this), later)
        val call = launch {
          val result = runCatching { resilience.make(scenario, script) }
          told = script.end(result) + resilience.told(scenario)
        }
        scenario.cancelled?.let { later(it, call::cancel) }
      }
      return checkNotNull(told)
    }

    private suspend fun Resilience.make(scenario: CallScenario, script: Script): String =
      plan(scenario).drive(
        degraded =
          scenario.degraded?.let { degraded ->
            {
              delay(scenario.degradedSeconds.seconds)
              degraded(it)
            }
          }
      ) {
        val reply = script.next(it)
        delay(reply.seconds.seconds)
        reply.outcome()
      }
  };

  /** Makes the call of the scenario and tells its attempts, its end, and what it leaves behind. */
  abstract fun run(scenario: CallScenario): List<String>

  /** Makes the call of the scenario and returns its record. */
  fun record(scenario: CallScenario): CallRecord {
    val records = mutableListOf<CallRecord>()
    run(scenario.heardBy(records::add))
    return records.single()
  }
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

private fun CallScenario.resilience(time: Time, later: Later): Resilience =
  scenarioResilience(time, deadline, configure).let { whole ->
    whole.prepare(later)
    val mine = if (feature == null) whole else whole.feature(feature)
    if (within == null) mine else mine.within(Deadline.after(within, time))
  }

private fun Resilience.plan(scenario: CallScenario): CallPlan<String> =
  plan(scenario.classifier, scenario.degraded != null)

private fun Resilience.told(scenario: CallScenario): List<String> =
  listOfNotNull(scenario.tells?.invoke(this))

private fun Reply.outcome(): String =
  when (this) {
    is Reply.Answer -> value
    is Reply.Fail -> throw thrown()
    is Reply.Hang -> error("nobody waits that long")
  }
