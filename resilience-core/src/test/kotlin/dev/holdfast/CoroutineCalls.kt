package dev.holdfast

import dev.holdfast.bulkhead.VirtualTime
import dev.holdfast.coroutines.callSuspend
import dev.holdfast.coroutines.stream
import java.time.Duration
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.delay
import kotlinx.coroutines.flow.flow
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.launch
import kotlinx.coroutines.test.currentTime
import kotlinx.coroutines.test.runTest

/** As a suspending call, in virtual time. */
fun CallScenario.carryOutSuspending(): List<String> = carryOut { script ->
  callSuspend(
    degraded =
      degraded?.let { degraded ->
        {
          delay(degradedSeconds.seconds)
          degraded(it)
        }
      }
  ) {
    val reply = script.next(it)
    delay(reply.seconds.seconds)
    reply.outcome()
  }
}

/** As a flow of one item, in virtual time. */
fun CallScenario.carryOutInFlow(): List<String> = carryOut { script ->
  stream(
      degraded =
        degraded?.let { degraded ->
          { failure ->
            flow {
              delay(degradedSeconds.seconds)
              emit(degraded(failure))
            }
          }
        }
    ) {
      val reply = script.next(it)
      flow {
        delay(reply.seconds.seconds)
        emit(reply.outcome())
      }
    }
    .toList()
    .single()
}

private fun CallScenario.carryOut(call: suspend Resilience.(Script) -> String): List<String> {
  var told: List<String>? = null
  runTest {
    val later: Later = { at, event ->
      backgroundScope.launch {
        delay(at.toMillis())
        event()
      }
    }
    val script = Script(replies) { Duration.ofMillis(currentTime) }
    val resilience = resilience(VirtualTime(this), later)
    val calling = launch {
      val result = runCatching { resilience.call(script) }
      told = script.end(result) + resilience.told(this@carryOut)
    }
    cancelled?.let { later(it, calling::cancel) }
  }
  return checkNotNull(told)
}
