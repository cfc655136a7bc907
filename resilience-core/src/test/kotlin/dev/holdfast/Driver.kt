package dev.holdfast

import dev.holdfast.plan.AttemptRecord
import dev.holdfast.plan.CallRecord

/**
 * The drivers, reduced to one shape: carry out this scenario and tell what happened.
 *
 * @property isStream whether it carries the scenario out as a stream of one item, the answer
 */
enum class Driver(val isStream: Boolean, private val carryOut: (CallScenario) -> List<String>) {
  BLOCKING(false, CallScenario::carryOutBlocking),
  FUTURES(false, CallScenario::carryOutInFutures),
  SUSPEND(false, CallScenario::carryOutSuspending),
  FLOW(true, CallScenario::carryOutInFlow),
  PUBLISHER(true, CallScenario::carryOutInPublisher);

  /** The scenario as this driver must meet it. */
  fun meets(scenario: CallScenario): CallScenario =
    if (isStream) scenario.inStreams?.let(scenario::takes) ?: scenario else scenario

  /** Makes the call of the scenario and tells its attempts, its end, and what it leaves behind. */
  fun run(scenario: CallScenario): List<String> = carryOut(meets(scenario))

  /** Makes the call of the scenario and returns its record. */
  fun record(scenario: CallScenario): CallRecord {
    val records = mutableListOf<CallRecord>()
    run(scenario.heardBy(records::add))
    return records.single()
  }
}

/** This record as a stream of one item leaves it, which knows when its content came. */
fun CallRecord.ofStream(): CallRecord =
  CallRecord(
    feature,
    requested,
    served,
    ending,
    attempts.map { if (served != null && it.failure == null) it.withContent() else it },
    took,
    deadlineLeft,
  )

private fun AttemptRecord.withContent() =
  AttemptRecord(model, number, failure, probe, waits, hint, took, took)
