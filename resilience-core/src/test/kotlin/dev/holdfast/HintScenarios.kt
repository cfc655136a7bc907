package dev.holdfast

import dev.holdfast.model.Feature
import dev.holdfast.model.Model
import dev.holdfast.outcome.FailureClass.CONFLICT
import dev.holdfast.outcome.FailureClass.OVERLOADED
import dev.holdfast.outcome.FailureClass.RATE_LIMITED
import dev.holdfast.retry.Backoff
import dev.holdfast.retry.Retry
import dev.holdfast.testing.trip
import java.time.Duration

private fun seconds(seconds: Long) = Duration.ofSeconds(seconds)

/** Hints to wait, in every position of a call. */
val hintScenarios: List<CallScenario> =
  listOf(
    CallScenario(
      "a hint is obeyed",
      listOf(fails(RATE_LIMITED, hintSeconds = 9), answers()),
      listOf("a at 0", "a at 9", "answer yes at 9"),
    ),
    CallScenario(
      "a hint runs from the failure, not from the start of the attempt",
      listOf(fails(RATE_LIMITED, hintSeconds = 9, seconds = 4), answers()),
      listOf("a at 0", "a at 13", "answer yes at 13"),
    ),
    CallScenario(
      "a hint of no time leaves the backoff",
      listOf(fails(RATE_LIMITED, hintSeconds = 0), answers()),
      listOf("a at 0", "a at 1", "answer yes at 1"),
    ),
    CallScenario(
      "a hint below the backoff does not shorten it",
      listOf(fails(RATE_LIMITED, hintSeconds = 2), answers()),
      listOf("a at 0", "a at 4", "answer yes at 4"),
      configure = { retry(Retry.builder().backoff(Backoff.fixed(seconds(4))).build()) },
    ),
    CallScenario(
      "a hint of the second failure is obeyed like one of the first",
      listOf(fails(OVERLOADED), fails(OVERLOADED, hintSeconds = 6), answers()),
      listOf("a at 0", "a at 1", "a at 7", "answer yes at 7"),
    ),
    CallScenario(
      "a hint of a model's last attempt keeps nobody from the next model, and shuts the gate",
      listOf(fails(CONFLICT), fails(CONFLICT), fails(RATE_LIMITED, 6), answers()),
      listOf("a at 0", "a at 1", "a at 2", "b at 2", "answer yes at 2", "a CLOSED 0 shut"),
      tells = { stateOf("a") },
    ),
    CallScenario(
      "a hint of the last model's last attempt is the caller's to obey",
      List(3) { fails(RATE_LIMITED) } + fails(RATE_LIMITED, hintSeconds = 6),
      listOf("a at 0", "b at 0", "b at 1", "b at 2", "RATE_LIMITED, suppressed 3 at 2") +
        "b CLOSED 0 shut",
      tells = { stateOf("b") },
    ),
    CallScenario(
      "a limit without a hint is waited out if the next model is open",
      listOf(fails(RATE_LIMITED), answers()),
      listOf("a at 0", "a at 1", "answer yes at 1"),
      prepare = { breakers().breaker("b").trip() },
    ),
    CallScenario(
      "a limit without a hint is waited out if the next model is being probed",
      listOf(fails(RATE_LIMITED, seconds = 11), answers()),
      listOf("a at 0", "a at 12", "answer yes at 12"),
      prepare = { later ->
        val next = breakers().breaker("b")
        next.trip()
        later(seconds(10)) { next.acquire() }
      },
    ),
    CallScenario(
      "a limit without a hint is waited out if the next model has to be waited for",
      listOf(fails(RATE_LIMITED), answers()),
      listOf("a at 0", "a at 1", "answer yes at 1"),
      prepare = { closeGate("b", seconds(3)) },
    ),
    CallScenario(
      "a limit without a hint is waited out if the next model shares it",
      listOf(fails(RATE_LIMITED), answers()),
      listOf("one at 0", "one at 1", "answer yes at 1"),
      configure = {
        listOf("one", "twin").forEach { model(Model.named(it).quotaPool("ours").build()) }
        feature(Feature.named("shared").chain("one", "twin").build())
      },
      feature = "shared",
    ),
    CallScenario(
      "a hint as long as the longest wait is obeyed",
      listOf(fails(RATE_LIMITED, hintSeconds = 15), answers()),
      listOf("a at 0", "a at 15", "answer yes at 15"),
    ),
    CallScenario(
      "a hint longer than the longest wait leads to the next model",
      listOf(fails(RATE_LIMITED, hintSeconds = 16), answers()),
      listOf("a at 0", "b at 0", "answer yes at 0"),
    ),
    CallScenario(
      "too long a hint of the only model ends the call",
      listOf(fails(RATE_LIMITED, hintSeconds = 16)),
      listOf("b at 0", "RATE_LIMITED, suppressed 0 at 0"),
      configure = { feature(Feature.named("chat").chain("b").build()) },
      feature = "chat",
    ),
    CallScenario(
      "too long hints of all models lead to the degraded answer",
      listOf(fails(RATE_LIMITED, hintSeconds = 16), fails(RATE_LIMITED, hintSeconds = 3600)),
      listOf("a at 0", "b at 0", "answer degraded after 2 at 0"),
      degraded = { "degraded after ${it.attempts}" },
    ),
    CallScenario(
      "a hint that leaves some time before the deadline is obeyed",
      listOf(fails(RATE_LIMITED, hintSeconds = 9), answers()),
      listOf("a at 0", "a at 9", "answer yes at 9"),
      deadline = seconds(10),
    ),
    CallScenario(
      "a hint that ends exactly at the deadline leads to the next model",
      listOf(fails(RATE_LIMITED, hintSeconds = 10), answers()),
      listOf("a at 0", "b at 0", "answer yes at 0"),
      deadline = seconds(10),
    ),
    CallScenario(
      "a hint beyond the deadline of the last model ends the call at once",
      listOf(fails(OVERLOADED, seconds = 4), fails(RATE_LIMITED, hintSeconds = 3)),
      listOf("a at 0", "b at 4", "RATE_LIMITED, suppressed 1 at 4"),
      deadline = seconds(5),
    ),
    CallScenario(
      "a hint that leaves the last model its share is obeyed",
      listOf(fails(RATE_LIMITED, hintSeconds = 9), answers()),
      listOf("a at 0", "a at 9", "answer yes at 9"),
      deadline = seconds(20),
      configure = { reservedForLast(0.5) },
    ),
    CallScenario(
      "a hint that ends where the last model's share begins leads to it",
      listOf(fails(RATE_LIMITED, hintSeconds = 10), answers()),
      listOf("a at 0", "b at 0", "answer yes at 0"),
      deadline = seconds(20),
      configure = { reservedForLast(0.5) },
    ),
    CallScenario(
      "the last model may wait in its own share",
      listOf(fails(RATE_LIMITED, hintSeconds = 16), fails(RATE_LIMITED, 12), answers()),
      listOf("a at 0", "b at 0", "b at 12", "answer yes at 12"),
      deadline = seconds(20),
      configure = { reservedForLast(0.5) },
    ),
  )
