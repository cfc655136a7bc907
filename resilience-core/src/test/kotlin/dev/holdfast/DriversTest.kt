package dev.holdfast

import dev.holdfast.bulkhead.BulkheadConfig
import dev.holdfast.model.Feature
import dev.holdfast.model.Model
import dev.holdfast.outcome.FailureClass.CONTEXT_TOO_LONG
import dev.holdfast.outcome.FailureClass.INVALID_REQUEST
import dev.holdfast.outcome.FailureClass.OVERLOADED
import dev.holdfast.outcome.FailureClass.RATE_LIMITED
import dev.holdfast.outcome.FailureClass.SERVER_ERROR
import dev.holdfast.outcome.FailureClass.UNKNOWN
import dev.holdfast.plan.Step
import dev.holdfast.testing.FaultClassifier
import dev.holdfast.testing.trip
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
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
        CallScenario(
          "a feature's calls take a slot for each attempt, and none while they wait",
          listOf(fails(OVERLOADED, seconds = 2), answers(seconds = 1)),
          listOf("b at 0", "b at 3", "answer yes at 4"),
          configure = chat { chain("b") },
          feature = "chat",
        ),
        CallScenario(
          "a full bulkhead refuses the call before any model is asked",
          emptyList(),
          listOf("BulkheadFullException, suppressed 0 at 0"),
          configure = chat {},
          feature = "chat",
          prepare = { fill() },
        ),
        CallScenario(
          "a full bulkhead leads to the degraded answer",
          emptyList(),
          listOf("answer degraded after 0 at 0"),
          configure = chat {},
          feature = "chat",
          degraded = { "degraded after ${it.attempts}" },
          prepare = { fill() },
        ),
        CallScenario(
          "the last model's share of the time is kept for it",
          listOf(Reply.Hang, answers(seconds = 4)),
          listOf("a at 0", "b at 15", "answer yes at 19"),
          deadline = Duration.ofSeconds(20),
          configure = { reservedForLast(0.25) },
        ),
        CallScenario(
          "a model of the quota pool that is used up is passed over",
          listOf(fails(RATE_LIMITED, hintSeconds = 60), answers("c's")),
          listOf("a at 0", "c at 0", "answer c's at 0"),
          configure = {
            model(Model.named("c").build())
            feature(Feature.named("pool").chain("pooled", "twin", "c").build())
            for (name in listOf("pooled", "twin")) {
              model(Model.named(name).requestedAs("a").quotaPool("p").build())
            }
          },
          feature = "pool",
        ),
        CallScenario(
          "a listener that throws changes nothing",
          listOf(fails(OVERLOADED), answers()),
          listOf("a at 0", "a at 1", "answer yes at 1"),
          prepare = { onCall { error("a listener that throws") } },
        ),
        CallScenario(
          "a request that is too long goes to no model of unknown size",
          listOf(fails(CONTEXT_TOO_LONG)),
          listOf("a at 0", "CONTEXT_TOO_LONG, suppressed 0 at 0"),
          degraded = { "never" },
        ),
      )

    scenarios.forEach { scenario ->
      test("$scenario: all drivers leave the same record") {
        val records = Driver.entries.map { it.record(scenario) }

        records.toSet().size shouldBe 1
      }
      Driver.entries.forEach { driver ->
        test("$driver: $scenario") { driver.run(scenario) shouldContainExactly scenario.expected }
      }
    }
  })

/** A feature named `chat` with one slot, for which no call waits. */
private fun chat(configure: Feature.Builder.() -> Unit): ResilienceBuilder.() -> Unit = {
  val one = BulkheadConfig.builder().maxConcurrentCalls(1).maxWait(Duration.ZERO).build()
  feature(Feature.named("chat").bulkhead(one).apply(configure).build())
}

/** Leaves no slot of the feature `chat` free, by a call that goes on for ever. */
private fun Resilience.fill() {
  feature("chat").plan<String>(FaultClassifier, false).next() as Step.Call<String>
}
