package dev.holdfast

import dev.holdfast.outcome.FailureClass.OVERLOADED
import dev.holdfast.outcome.FailureClass.RATE_LIMITED
import dev.holdfast.outcome.FailureClass.SERVER_ERROR
import dev.holdfast.testing.fail
import dev.holdfast.testing.trip
import java.time.Duration

private fun seconds(seconds: Long) = Duration.ofSeconds(seconds)

private val halfASecond = Duration.ofMillis(500)

/** Circuits that are open, that open and that are probed, and gates that are shut meanwhile. */
val circuitScenarios: List<CallScenario> =
  listOf(
    CallScenario(
      "an open circuit is passed over",
      listOf(answers()),
      listOf("b at 0", "answer yes at 0"),
      prepare = { breakers().breaker("a").trip() },
    ),
    CallScenario(
      "when all circuits are open nothing is asked",
      emptyList(),
      listOf("CircuitOpenException, suppressed 1 at 0"),
      prepare = { listOf("a", "b").forEach { breakers().breaker(it).trip() } },
    ),
    CallScenario(
      "when all circuits are open the degraded answer is given",
      emptyList(),
      listOf("answer degraded after 0 at 0"),
      degraded = { "degraded after ${it.attempts}" },
      prepare = { listOf("a", "b").forEach { breakers().breaker(it).trip() } },
    ),
    CallScenario(
      "a failure that opens the circuit is not tried again",
      listOf(fails(SERVER_ERROR), answers()),
      listOf("a at 0", "b at 0", "answer yes at 0", "a OPEN 3"),
      tells = { stateOf("a") },
      prepare = { breakers().breaker("a").fail(2) },
    ),
    CallScenario(
      "a failure with a hint that opens the circuit is not waited for",
      listOf(fails(OVERLOADED, hintSeconds = 5), answers()),
      listOf("a at 0", "b at 0", "answer yes at 0"),
      prepare = { breakers().breaker("a").fail(2) },
    ),
    CallScenario(
      "a circuit that others open in the attempt is not tried again",
      listOf(fails(OVERLOADED, seconds = 2), answers()),
      listOf("a at 0", "b at 2", "answer yes at 2"),
      prepare = { later -> later(halfASecond) { breakers().breaker("a").trip() } },
    ),
    CallScenario(
      "an answer from behind a circuit that others opened is an answer",
      listOf(answers(seconds = 2)),
      listOf("a at 0", "answer yes at 2", "a OPEN 3"),
      tells = { stateOf("a") },
      prepare = { later -> later(halfASecond) { breakers().breaker("a").trip() } },
    ),
    CallScenario(
      "a circuit that others open in the pause is passed over after it",
      listOf(fails(OVERLOADED), answers()),
      listOf("a at 0", "b at 1", "answer yes at 1"),
      prepare = { later -> later(halfASecond) { breakers().breaker("a").fail(2) } },
    ),
    CallScenario(
      "when all circuits open in the pause the last refusal is thrown",
      listOf(fails(OVERLOADED)),
      listOf("a at 0", "CircuitOpenException, suppressed 2 at 1"),
      prepare = { later ->
        later(halfASecond) {
          breakers().breaker("a").fail(2)
          breakers().breaker("b").trip()
        }
      },
    ),
    CallScenario(
      "a rate limit opens no circuit, however near it is to opening",
      listOf(fails(RATE_LIMITED), answers()),
      listOf("a at 0", "b at 0", "answer yes at 0", "a CLOSED 2"),
      tells = { stateOf("a") },
      prepare = { breakers().breaker("a").fail(2) },
    ),
    CallScenario(
      "a probe that answers closes the circuit",
      listOf(answers()),
      listOf("a at 11", "answer yes at 11", "a CLOSED 0"),
      tells = { stateOf("a") },
      prepare = { openUntilGateOpens() },
    ),
    CallScenario(
      "a probe that fails opens it again, and the next model is asked",
      listOf(fails(SERVER_ERROR), answers()),
      listOf("a at 11", "b at 11", "answer yes at 11", "OPEN"),
      tells = { "${breakers().breaker("a").state()}" },
      prepare = { openUntilGateOpens() },
    ),
    CallScenario(
      "a probe that says nothing about the model gives its place back",
      listOf(fails(RATE_LIMITED, hintSeconds = 60), answers()),
      listOf("a at 11", "b at 11", "answer yes at 11", "HALF_OPEN, free"),
      tells = {
        val a = breakers().breaker("a")
        if (a.tryAcquire() == null) "${a.state()}" else "${a.state()}, free"
      },
      prepare = { openUntilGateOpens() },
    ),
    CallScenario(
      "a closed gate is waited for before the first attempt",
      listOf(answers()),
      listOf("a at 6", "answer yes at 6"),
      prepare = { closeGate("a", seconds(6)) },
    ),
    CallScenario(
      "a gate that is shut for longer than the longest wait is passed over",
      listOf(answers()),
      listOf("b at 0", "answer yes at 0"),
      prepare = { closeGate("a", seconds(16)) },
    ),
    CallScenario(
      "when all gates are shut for too long nothing is asked",
      emptyList(),
      listOf("GateClosedException, suppressed 1 at 0"),
      prepare = { listOf("a", "b").forEach { closeGate(it, seconds(3600)) } },
    ),
    CallScenario(
      "a gate that is shut in the attempt is waited for after the pause",
      listOf(fails(SERVER_ERROR, seconds = 2), answers()),
      listOf("a at 0", "a at 7", "answer yes at 7"),
      prepare = { later -> later(seconds(1)) { closeGate("a", seconds(6)) } },
    ),
    CallScenario(
      "a gate that is shut in the pause is waited for after it",
      listOf(fails(OVERLOADED), answers()),
      listOf("a at 0", "a at 5", "answer yes at 5"),
      prepare = { later -> later(halfASecond) { closeGate("a", seconds(5)) } },
    ),
    CallScenario(
      "a gate that is shut in the pause for too long leads to the next model",
      listOf(fails(OVERLOADED), answers()),
      listOf("a at 0", "b at 1", "answer yes at 1"),
      prepare = { later -> later(halfASecond) { closeGate("a", seconds(60)) } },
    ),
  )

/** The gate of `a` is shut for as long as its circuit is open, and a second more. */
private fun Resilience.openUntilGateOpens() {
  closeGate("a", seconds(11))
  breakers().breaker("a").trip()
}
