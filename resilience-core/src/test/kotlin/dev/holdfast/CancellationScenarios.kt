package dev.holdfast

import dev.holdfast.outcome.FailureClass.OVERLOADED
import dev.holdfast.outcome.FailureClass.RATE_LIMITED
import dev.holdfast.outcome.FailureClass.UNKNOWN
import dev.holdfast.retry.Backoff
import dev.holdfast.retry.Retry
import dev.holdfast.testing.trip
import java.time.Duration

private val then = Duration.ofMillis(2500)

/** The caller gives up in each step of a call: nobody is asked any more, and nothing is kept. */
val cancellationScenarios: List<CallScenario> =
  listOf(
    CallScenario(
      "cancelled in the first attempt",
      listOf(Reply.Hang),
      listOf("a at 0", "cancelled at 2", "a CLOSED 0"),
      cancelled = then,
      degraded = { "never" },
      tells = { stateOf("a") },
    ),
    CallScenario(
      "cancelled in a second attempt",
      listOf(fails(OVERLOADED), Reply.Hang),
      listOf("a at 0", "a at 1", "cancelled at 2", "a CLOSED 1"),
      cancelled = then,
      tells = { stateOf("a") },
    ),
    CallScenario(
      "cancelled in an attempt at the next model",
      listOf(fails(UNKNOWN), Reply.Hang),
      listOf("a at 0", "b at 0", "cancelled at 2", "b CLOSED 0"),
      cancelled = then,
      tells = { stateOf("b") },
    ),
    CallScenario(
      "cancelled in a probe, whose place is given back",
      listOf(Reply.Hang),
      listOf("a at 11", "cancelled at 12", "a HALF_OPEN, free"),
      cancelled = Duration.ofMillis(12500),
      tells = {
        val breaker = breakers().breaker("a")
        val isFree = breaker.tryAcquire() != null
        "a ${breaker.state()}, ${if (isFree) "free" else "taken"}"
      },
      prepare = {
        closeGate("a", Duration.ofSeconds(11))
        breakers().breaker("a").trip()
      },
    ),
    CallScenario(
      "cancelled in a pause",
      listOf(fails(OVERLOADED)),
      listOf("a at 0", "cancelled at 2", "a CLOSED 1"),
      cancelled = then,
      configure = { retry(Retry.builder().backoff(Backoff.fixed(Duration.ofSeconds(5))).build()) },
      tells = { stateOf("a") },
    ),
    CallScenario(
      "cancelled in a pause that the provider asked for",
      listOf(fails(RATE_LIMITED, hintSeconds = 9)),
      listOf("a at 0", "cancelled at 2", "a CLOSED 0 shut"),
      cancelled = then,
      degraded = { "never" },
      tells = { stateOf("a") },
    ),
    CallScenario(
      "cancelled before a gate",
      emptyList(),
      listOf("cancelled at 2"),
      cancelled = then,
      prepare = { closeGate("a", Duration.ofSeconds(9)) },
    ),
    CallScenario(
      "cancelled in the line for a slot",
      emptyList(),
      listOf("cancelled at 2", "1 in use, 0 wait"),
      cancelled = then,
      queued = then,
      configure = chat(maxWait = Duration.ofSeconds(10)),
      feature = "chat",
      tells = { slots() },
      prepare = { fill() },
    ),
    CallScenario(
      "cancelled in an attempt that has a slot",
      listOf(Reply.Hang),
      listOf("a at 0", "cancelled at 2", "0 in use, 0 wait"),
      cancelled = then,
      configure = chat(),
      feature = "chat",
      tells = { slots() },
    ),
    CallScenario(
      "cancelled in the degraded answer",
      listOf(fails(UNKNOWN), fails(UNKNOWN)),
      listOf("a at 0", "b at 0", "cancelled at 2"),
      cancelled = then,
      degraded = { "too late" },
      degradedSeconds = 9,
    ),
  )
