package dev.holdfast

import dev.holdfast.coroutines.drive
import dev.holdfast.plan.CallPlan
import dev.holdfast.plan.CallRecord
import dev.holdfast.testing.FaultClassifier
import dev.holdfast.testing.SchedulerTime
import dev.holdfast.testkit.ManualTime
import dev.holdfast.time.Time
import java.time.Duration
import java.util.concurrent.CompletableFuture
import java.util.function.Function
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.delay
import kotlinx.coroutines.test.currentTime
import kotlinx.coroutines.test.runTest

/** The three drivers, reduced to one shape: carry out this scenario and tell what happened. */
enum class Driver {
  BLOCKING {
    override fun run(scenario: CallScenario): List<String> {
      val time = ManualTime()
      val script = Script(scenario.replies, time::elapsed)
      val resilience = scenario.resilience(time)
      val result = runCatching {
        BlockingDriver.drive<String, Exception>(
          resilience.plan(scenario),
          { script.next(it).perform(time) },
          scenario.degraded?.let { Function(it) },
          AttemptWatch(time),
        )
      }
      check(!Thread.interrupted()) { "an interrupt was left behind" }
      check(time.scheduled() <= 1) { "a timer was left behind beside that of the watch" }
      return script.end(result)
    }

    /** Passes the time in steps, so that the timer of the attempt can interrupt it. */
    private fun Reply.perform(time: ManualTime): String {
      for (second in 1..seconds) {
        time.advance(Duration.ofSeconds(1))
        if (Thread.interrupted()) throw InterruptedException()
      }
      return outcome()
    }
  },
  FUTURES {
    override fun run(scenario: CallScenario): List<String> {
      val time = ManualTime()
      val script = Script(scenario.replies, time::elapsed)
      val resilience = scenario.resilience(time)
      var told: List<String>? = null
      val promise =
        FuturesDriver.drive(
          resilience.plan(scenario),
          { script.next(it).perform(time) },
          scenario.degraded?.let { Function(it) },
          time,
        )
      promise.whenComplete { value, thrown ->
        told = script.end(if (thrown == null) Result.success(value) else Result.failure(thrown))
      }
      time.advance(Duration.ofHours(1))
      return checkNotNull(told) { "the call did not end within an hour" }
    }

    private fun Reply.perform(time: ManualTime): CompletableFuture<String> {
      val stage = CompletableFuture<String>()
      val complete = Runnable {
        runCatching { outcome() }.fold(stage::complete, stage::completeExceptionally)
      }
      if (seconds == 0L) complete.run() else time.schedule(Duration.ofSeconds(seconds), complete)
      return stage
    }
  },
  SUSPEND {
    override fun run(scenario: CallScenario): List<String> {
      var told: List<String>? = null
      runTest {
        val script = Script(scenario.replies) { Duration.ofMillis(currentTime) }
        val resilience = scenario.resilience(SchedulerTime(testScheduler))
        val result = runCatching {
          resilience.plan(scenario).drive(
            degraded = scenario.degraded?.let { degraded -> { degraded(it) } }
          ) {
            val reply = script.next(it)
            delay(reply.seconds.seconds)
            reply.outcome()
          }
        }
        told = script.end(result)
      }
      return checkNotNull(told)
    }
  };

  /** Makes the call of the scenario and tells its attempts and its end. */
  abstract fun run(scenario: CallScenario): List<String>

  /** Makes the call of the scenario and returns its record. */
  fun record(scenario: CallScenario): CallRecord {
    val records = mutableListOf<CallRecord>()
    run(scenario.alsoPrepare { onCall { records += it } })
    return records.single()
  }
}

private fun CallScenario.resilience(time: Time): Resilience =
  scenarioResilience(time, deadline, configure).apply(prepare).let {
    if (feature == null) it else it.feature(feature)
  }

private fun Resilience.plan(scenario: CallScenario): CallPlan<String> =
  plan(FaultClassifier, scenario.degraded != null)

private fun Reply.outcome(): String =
  when (this) {
    is Reply.Answer -> value
    is Reply.Fail -> throw thrown()
    is Reply.Hang -> error("nobody waits that long")
  }
