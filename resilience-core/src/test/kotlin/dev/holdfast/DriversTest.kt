package dev.holdfast

import dev.holdfast.outcome.FailureClass.INVALID_REQUEST
import dev.holdfast.outcome.FailureClass.OVERLOADED
import dev.holdfast.outcome.FailureClass.RATE_LIMITED
import dev.holdfast.outcome.FailureClass.SERVER_ERROR
import dev.holdfast.outcome.FailureClass.UNKNOWN
import dev.holdfast.testing.trip
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import java.net.ConnectException
import java.time.Duration
import java.util.concurrent.TimeoutException

class DriversTest :
  FunSpec({
    val scenarios =
      listOf(
        CallScenario(
          "the first answer is the call's",
          listOf(answers(seconds = 3)),
          listOf("a at 0", "answer yes at 3"),
        ),
        CallScenario(
          "a failure is tried again after a pause",
          listOf(fails(OVERLOADED, seconds = 2), answers()),
          listOf("a at 0", "a at 3", "answer yes at 3"),
        ),
        CallScenario(
          "a model that is down is left for the next one",
          listOf(fails(SERVER_ERROR), fails(SERVER_ERROR), fails(SERVER_ERROR), answers("b's")),
          listOf("a at 0", "a at 1", "a at 2", "b at 2", "answer b's at 2"),
        ),
        CallScenario(
          "a hanging attempt is ended, tried once more, and left",
          listOf(Reply.Hang, Reply.Hang, answers()),
          listOf("a at 0", "a at 31", "b at 61", "answer yes at 61"),
        ),
        CallScenario(
          "a timeout that the call found itself is treated alike",
          listOf(
            Reply.Fail(5) { TimeoutException() },
            Reply.Fail(5) { TimeoutException() },
            answers(),
          ),
          listOf("a at 0", "a at 6", "b at 11", "answer yes at 11"),
        ),
        CallScenario(
          "the exceptions of the JDK are known",
          listOf(Reply.Fail { ConnectException() }, answers()),
          listOf("a at 0", "a at 1", "answer yes at 1"),
        ),
        CallScenario(
          "when all are down the last failure is thrown with the others",
          List(6) { fails(SERVER_ERROR) },
          listOf("a at 0", "a at 1", "a at 2", "b at 2", "b at 3", "b at 4") +
            "SERVER_ERROR, suppressed 5 at 4",
        ),
        CallScenario(
          "when all are down the degraded answer is given",
          List(6) { fails(SERVER_ERROR) },
          listOf("a at 0", "a at 1", "a at 2", "b at 2", "b at 3", "b at 4") +
            "answer degraded after 6 at 4",
          degraded = { "degraded after ${it.attempts}" },
        ),
        CallScenario(
          "what the degraded answer throws ends the call",
          listOf(fails(UNKNOWN), fails(UNKNOWN)),
          listOf("a at 0", "b at 0", "IllegalStateException, suppressed 0 at 0"),
          degraded = { error("no cache") },
        ),
        CallScenario(
          "a wait hint is obeyed",
          listOf(fails(RATE_LIMITED, hintSeconds = 9), answers()),
          listOf("a at 0", "a at 9", "answer yes at 9"),
        ),
        CallScenario(
          "a wait hint that is too long leads to the next model",
          listOf(fails(RATE_LIMITED, hintSeconds = 60), answers()),
          listOf("a at 0", "b at 0", "answer yes at 0"),
        ),
        CallScenario(
          "a closed gate is waited for before the first attempt",
          listOf(answers()),
          listOf("a at 6", "answer yes at 6"),
          prepare = { closeGate("a", Duration.ofSeconds(6)) },
        ),
        CallScenario(
          "what the caller must see ends the call",
          listOf(fails(INVALID_REQUEST)),
          listOf("a at 0", "INVALID_REQUEST, suppressed 0 at 0"),
          degraded = { "never" },
        ),
        CallScenario(
          "an Error of the program ends the call",
          listOf(Reply.Fail { AssertionError() }),
          listOf("a at 0", "AssertionError, suppressed 0 at 0"),
          degraded = { "never" },
        ),
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
          "the deadline ends the attempt under way",
          listOf(fails(SERVER_ERROR, seconds = 10), Reply.Hang),
          listOf("a at 0", "a at 11", "DeadlineExceededException, suppressed 2 at 20"),
          deadline = Duration.ofSeconds(20),
        ),
        CallScenario(
          "a pause that does not fit into the deadline leads to the next model",
          listOf(fails(SERVER_ERROR, seconds = 19), answers()),
          listOf("a at 0", "b at 19", "answer yes at 19"),
          deadline = Duration.ofSeconds(20),
        ),
        CallScenario(
          "a bad result is tried again, and returned when nothing is better",
          List(6) { answers("bad $it") },
          listOf("a at 0", "a at 1", "a at 2", "b at 2", "b at 3", "b at 4") + "answer bad 5 at 4",
        ),
      )

    scenarios.forEach { scenario ->
      Driver.entries.forEach { driver ->
        test("$driver: $scenario") { driver.run(scenario) shouldContainExactly scenario.expected }
      }
    }
  })
