package dev.holdfast.examples.drill

import dev.holdfast.testkit.Behaviour
import dev.holdfast.testkit.ScriptedProvider
import kotlin.time.toJavaDuration

/** The header that says which call a request belongs to, so that its latency can be repeated. */
internal const val CALL_HEADER = "X-Drill-Call"

/** Every other stream breaks before its first content, the rest after it. */
private fun eventsBeforeTheEnd(call: Int): Int = if (call % 2 == 0) 3 else 5

/**
 * Makes the models of this provider behave as the scenario says.
 *
 * A request that arrives while its model hangs stays without an answer even when the model is back:
 * the process that held it is gone, and only its client can end it.
 */
internal fun ScriptedProvider.follow(scenario: Scenario, clock: ScenarioClock) {
  for (model in scenario.models) {
    model(model.name).script { request ->
      val call = request.header(CALL_HEADER)?.toInt() ?: request.number
      val latency = model.latencyOf(call, scenario.seed)
      val healthy = Behaviour.healthy(clock.scale.real(latency).toJavaDuration())
      val streams = scenario.calls.getOrNull(call)?.streams == true
      when (model.conditionAt(clock.at(request.arrivedAt))) {
        Condition.HEALTHY -> healthy
        Condition.HANGING -> Behaviour.hang()
        Condition.OVERLOADED -> Behaviour.overloaded()
        Condition.CUTTING -> if (streams) Behaviour.cutStream(eventsBeforeTheEnd(call)) else healthy
        Condition.STALLING ->
          if (streams) Behaviour.stallStream(eventsBeforeTheEnd(call)) else healthy
      }
    }
  }
}
