package dev.holdfast.examples.drill

import dev.holdfast.testkit.ScriptedProvider
import io.ktor.client.HttpClient
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.launch
import kotlinx.coroutines.withContext

/** Runs a scenario, first with a bare client and then with Holdfast. */
internal class Drill(
  private val scenario: Scenario,
  private val scale: TimeScale,
  private val console: Console,
) {
  suspend fun run(): DrillResult {
    val bare = runBare(scenario, scale, console)
    val holdfast = runGuarded(scenario, scale, console)
    return DrillResult(scenario, scale, bare, holdfast)
  }

  /**
   * Lets both clients meet a short outage first. What the virtual machine does once, it would do in
   * the first seconds of the first run otherwise, and the first run would look bad for it.
   */
  suspend fun rehearse() {
    console.status("Warming up the virtual machine ...")
    val latency = 200.milliseconds..400.milliseconds
    val outage = Outage(20.seconds, 30.seconds, Condition.OVERLOADED)
    val short =
      Scenario(
        callsPerMinute = 600,
        length = 30.seconds,
        primary = ModelScenario(scenario.primary.name, latency, listOf(outage)),
        fallback = ModelScenario(scenario.fallback.name, latency, listOf(outage)),
      )
    runBare(short, TimeScale(20.0), null)
    runGuarded(short, TimeScale(20.0), null)
  }
}

private val LEAD = 250.milliseconds

private suspend fun runBare(scenario: Scenario, scale: TimeScale, console: Console?): RunRecord =
  record("Bare Ktor client", scenario, scale, console) { recorder, clock ->
    bareClient(scale, attemptLog(recorder, clock))
  }

private suspend fun runGuarded(scenario: Scenario, scale: TimeScale, console: Console?): RunRecord {
  val timer = RejectionTimer(scenario)
  val run =
    record("With Holdfast", scenario, scale, console) { recorder, clock ->
      val resilience = drillResilience(scenario, scale)
      resilience.breakers().onRejection(timer::refused)
      resilience.breakers().onTransition {
        val transition = TransitionRecord(it.name, clock.now(), it.from, it.to, it.failures)
        recorder.add(transition)
        console?.line(transition.toLine())
      }
      guardedClient(resilience, attemptLog(recorder, clock))
    }
  return run.copy(rejections = timer.costs())
}

private suspend fun record(
  name: String,
  scenario: Scenario,
  scale: TimeScale,
  console: Console?,
  makeClient: (Recorder, ScenarioClock) -> HttpClient,
): RunRecord =
  ScriptedProvider.start().use { provider ->
    val clock = ScenarioClock.startingIn(LEAD, scale)
    val recorder = Recorder()
    provider.follow(scenario, clock)
    makeClient(recorder, clock).use { client ->
      val caller = Caller(client, provider.baseUrl, scenario, clock, recorder)
      coroutineScope {
        val progress = console?.let { launch { it.watch(name, scenario, clock, recorder) } }
        withContext(Dispatchers.Default) { makeCalls(scenario.calls, clock, caller::call) }
        progress?.cancel()
      }
    }
    val arrivals = provider.requests().map { Arrival(it.model.orEmpty(), clock.at(it.arrivedAt)) }
    recorder.record(name, arrivals)
  }
