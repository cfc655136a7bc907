package dev.holdfast

import dev.holdfast.bulkhead.BulkheadConfig
import dev.holdfast.bulkhead.Slot
import dev.holdfast.model.Feature
import dev.holdfast.outcome.FailureClass.OVERLOADED
import dev.holdfast.outcome.FailureClass.UNKNOWN
import java.time.Duration

private fun seconds(seconds: Long) = Duration.ofSeconds(seconds)

/** The slots of a feature that lets one call run at a time. */
val slotScenarios: List<CallScenario> =
  listOf(
    CallScenario(
      "a slot is taken for each attempt, and none while the call waits",
      listOf(fails(OVERLOADED, seconds = 2), answers(seconds = 1)),
      listOf("b at 0", "b at 3", "answer yes at 4", "0 in use, 0 wait"),
      configure = chat { chain("b") },
      feature = "chat",
      tells = { slots() },
    ),
    CallScenario(
      "a slot that comes in time is waited for",
      listOf(answers()),
      listOf("a at 4", "answer yes at 4", "0 in use, 0 wait"),
      queued = seconds(4),
      configure = chat(maxWait = seconds(10)),
      feature = "chat",
      tells = { slots() },
      prepare = { later ->
        val taken = fill()
        later(seconds(4)) { taken.close() }
      },
    ),
    CallScenario(
      "a slot that somebody took in the pause is waited for again",
      listOf(fails(OVERLOADED), answers()),
      listOf("a at 0", "a at 3", "answer yes at 3", "0 in use, 0 wait"),
      queued = seconds(3),
      configure = chat(maxWait = seconds(10)),
      feature = "chat",
      tells = { slots() },
      prepare = { later ->
        lateinit var taken: Slot
        later(Duration.ofMillis(500)) { taken = fill() }
        later(seconds(3)) { taken.close() }
      },
    ),
    CallScenario(
      "the next model needs a slot as well",
      listOf(fails(UNKNOWN), answers()),
      listOf("a at 0", "b at 0", "answer yes at 0", "0 in use, 0 wait"),
      configure = chat(),
      feature = "chat",
      tells = { slots() },
    ),
    CallScenario(
      "a line that takes too long refuses the call before any model is asked",
      emptyList(),
      listOf("BulkheadFullException, suppressed 0 at 10", "1 in use, 0 wait"),
      queued = seconds(10),
      configure = chat(maxWait = seconds(10)),
      feature = "chat",
      tells = { slots() },
      prepare = { fill() },
    ),
    CallScenario(
      "the deadline ends the wait in the line",
      emptyList(),
      listOf("BulkheadFullException, suppressed 0 at 5", "1 in use, 0 wait"),
      deadline = seconds(5),
      queued = seconds(5),
      configure = chat(maxWait = seconds(10)),
      feature = "chat",
      tells = { slots() },
      prepare = { fill() },
    ),
    CallScenario(
      "a full bulkhead refuses the call before any model is asked",
      emptyList(),
      listOf("BulkheadFullException, suppressed 0 at 0"),
      configure = chat(),
      feature = "chat",
      prepare = { fill() },
    ),
    CallScenario(
      "a full bulkhead leads to the degraded answer",
      emptyList(),
      listOf("answer degraded after 0 at 0"),
      configure = chat(),
      feature = "chat",
      degraded = { "degraded after ${it.attempts}" },
      prepare = { fill() },
    ),
  )

/** A feature named `chat` with one slot. */
fun chat(
  maxWait: Duration = Duration.ZERO,
  configure: Feature.Builder.() -> Unit = {},
): ResilienceBuilder.() -> Unit = {
  val one = BulkheadConfig.builder().maxConcurrentCalls(1).maxWait(maxWait).build()
  feature(Feature.named("chat").bulkhead(one).apply(configure).build())
}

/** Takes the only slot of the feature `chat`. */
fun Resilience.fill(): Slot = checkNotNull(feature("chat").bulkhead()?.tryAcquire())

/** The slots of the feature. */
fun Resilience.slots(): String =
  with(checkNotNull(bulkhead()).snapshot()) { "${running()} in use, ${queued()} wait" }
