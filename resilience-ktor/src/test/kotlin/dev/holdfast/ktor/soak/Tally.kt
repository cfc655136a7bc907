package dev.holdfast.ktor.soak

import dev.holdfast.outcome.FailureClass
import dev.holdfast.plan.AttemptRecord
import dev.holdfast.plan.CallRecord
import dev.holdfast.plan.CallRecord.Ending
import java.util.concurrent.ConcurrentHashMap
import java.util.concurrent.ConcurrentLinkedQueue
import java.util.concurrent.atomic.LongAdder

/** Where a call was when its caller gave up. */
internal enum class Stage {
  BEFORE_AN_ATTEMPT,
  IN_AN_ATTEMPT,
  BETWEEN_ATTEMPTS,
}

/** What was seen from all sides of the calls so far. */
internal class Tally {

  /** The requests that came to the plugin. */
  val entered = LongAdder()
  val records = LongAdder()
  val attempts = LongAdder()
  val fallbacks = LongAdder()

  /** The calls whose callers have not seen their end. */
  val unseen = LongAdder()
  val complaints = ConcurrentLinkedQueue<String>()

  private val ended = ConcurrentHashMap<Ending, LongAdder>()
  private val seen = ConcurrentHashMap<Ending, LongAdder>()
  private val failed = ConcurrentHashMap<FailureClass, LongAdder>()
  private val gaveUp = ConcurrentHashMap<Stage, LongAdder>()

  fun ended(ending: Ending): Long = ended[ending]?.sum() ?: 0

  fun seen(ending: Ending): Long = seen[ending]?.sum() ?: 0

  fun gaveUp(stage: Stage): Long = gaveUp[stage]?.sum() ?: 0

  fun add(record: CallRecord) {
    records.increment()
    attempts.add(record.attempts().count { it.number() > 0 }.toLong())
    record.attempts().forEach { attempt -> attempt.failure()?.let { failed.add(it) } }
    ended.add(record.ending())
    when (record.ending()) {
      Ending.ANSWERED,
      Ending.LEFT -> if (record.fellBack()) fallbacks.increment()
      Ending.CANCELLED -> gaveUp.add(stageOf(record))
      else -> {}
    }
  }

  fun add(seen: Seen?) {
    if (seen == null) unseen.increment()
    seen?.ending?.let { this.seen.add(it) }
    seen?.complaint()?.let { complaints += it }
  }

  private fun stageOf(record: CallRecord): Stage {
    val last = record.attempts().lastOrNull()
    return when {
      last == null || record.attempts().size == 1 && isWait(last) -> Stage.BEFORE_AN_ATTEMPT
      last.failure() == null && !isWait(last) -> Stage.IN_AN_ATTEMPT
      else -> Stage.BETWEEN_ATTEMPTS
    }
  }

  /** Whether the call ended in the wait for it. */
  private fun isWait(attempt: AttemptRecord) = attempt.number() == 0 && attempt.failure() == null

  private fun <K : Any> ConcurrentHashMap<K, LongAdder>.add(key: K) =
    computeIfAbsent(key) { LongAdder() }.increment()

  override fun toString(): String =
    "$records calls with $attempts attempts, $fallbacks fallbacks; ended $ended, " +
      "attempts failed $failed, gave up $gaveUp"
}
