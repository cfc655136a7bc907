package dev.holdfast.stream

import dev.holdfast.Resilience
import dev.holdfast.bulkhead.BulkheadConfig
import dev.holdfast.model.Feature
import dev.holdfast.model.Model
import dev.holdfast.outcome.FailureClass
import dev.holdfast.outcome.StreamInterruptedException
import dev.holdfast.plan.Attempt
import dev.holdfast.plan.CallRecord
import dev.holdfast.retry.Backoff
import dev.holdfast.retry.Retry
import dev.holdfast.testing.Fault
import dev.holdfast.testing.FaultClassifier
import dev.holdfast.testing.leastJitter
import dev.holdfast.testing.testConfig
import dev.holdfast.time.Time
import java.time.Duration

/**
 * What a model does next in its stream, after as many seconds in which somebody waits for it.
 *
 * @property word an item, or `end`, `hang`, `!KIND` for a failure of that class, `!!KIND` for one
 *   of the call itself, which then gives no stream
 */
data class Signal(val seconds: Long, val word: String) {

  /** The failure that it is; null if it is none. */
  val fault: Fault?
    get() =
      if (word.startsWith("!")) Fault(FailureClass.valueOf(word.trimStart('!')), hint) else null

  private val hint
    get() = if (word.endsWith("RATE_LIMITED")) Duration.ofSeconds(4) else null
}

/** What each attempt of a call meets, what its consumer does, and what must come of it. */
class StreamScenario(
  val name: String,
  replies: List<String>,
  val expected: List<String>,
  val deadline: Duration = Duration.ofMinutes(10),
  val degraded: String? = null,
  /** After how many items the consumer leaves. */
  val takes: Int = Int.MAX_VALUE,
  /** At which item the consumer throws. */
  val throwsAt: Int = Int.MAX_VALUE,
  /** When the consumer is cancelled. */
  val cancelledAt: Long? = null,
  /** How long the consumer is busy with each item. */
  val slow: Long = 0,
  val options: StreamOptions.Builder<String>.() -> Unit = {},
  /** How much time passes between [prepare] and the call. */
  val later: Long = 0,
  val prepare: Resilience.() -> Unit = {},
) {
  val replies: List<List<Signal>> = replies.map(::parse)

  override fun toString(): String = name

  /** The models `a` and `b` for a feature with one slot, with gaps of 20 s. */
  fun resilience(time: Time): Resilience {
    val one = BulkheadConfig.builder().maxConcurrentCalls(1).maxWait(Duration.ofMinutes(9))
    val builder = Resilience.builder().classifier(FaultClassifier).random(leastJitter).time(time)
    listOf("a", "b").forEach {
      val model = Model.named(it).circuitBreaker(testConfig())
      builder.model(model.attemptTimeout(THIRTY).streamGap(Duration.ofSeconds(20)).build())
    }
    return builder
      .reservedForLast(0.0)
      .retry(Retry.builder().backoff(Backoff.fixed(Duration.ofSeconds(1))).build())
      .feature(Feature.named("chat").chain("a", "b").bulkhead(one.build()).build())
      .build()
      .feature("chat")
      .withDeadline(deadline)
  }

  fun streamOptions(): StreamOptions<String> =
    StreamOptions.builder<String>()
      .isContent {
        check(it != "boom") { "an option that throws" }
        !it.startsWith("~")
      }
      .apply(options)
      .build()

  companion object {
    private val THIRTY = Duration.ofSeconds(30)

    fun parse(reply: String): List<Signal> =
      reply.split(" ").map {
        val parts = it.split(":")
        Signal(if (parts.size == 2) parts[0].toLong() else 0, parts.last())
      }
  }
}

/** What is seen of one call: its attempts, items and end, with the seconds of its clock. */
class Trace(private val scenario: StreamScenario, private val elapsed: () -> Duration) {
  private val left = ArrayDeque(scenario.replies)
  private val told = mutableListOf<String>()
  private val records = mutableListOf<CallRecord>()
  private var busyBefore = 0
  private var startedAt = Duration.ZERO

  /** The call begins. */
  fun begin(resilience: Resilience) {
    resilience.onCall { records += it }
    busyBefore = resilience.bulkhead()!!.snapshot().running
    startedAt = elapsed()
  }

  fun tell(what: String) {
    told += "$what at ${(elapsed() - startedAt).toSeconds()}"
  }

  /** Notes the attempt and takes the reply to it. */
  fun next(attempt: Attempt): List<Signal> {
    tell(attempt.model)
    return left.removeFirst()
  }

  fun failed(thrown: Throwable) {
    tell(
      if (thrown is StreamInterruptedException) {
        "interrupted ${thrown.received()} by ${name(thrown.cause!!)}"
      } else name(thrown)
    )
  }

  /** All that was told, when nothing more can happen. */
  fun end(resilience: Resilience): List<String> {
    check(left.isEmpty()) { "$left were not asked for, after $told" }
    val bulkhead = resilience.bulkhead()!!.snapshot()
    check(bulkhead.running == busyBefore) { "a slot was lost, after $told" }
    check(bulkhead.queued == 0) { "a waiter was left behind, after $told" }
    val failures = listOf("a", "b").map { resilience.breakers().breaker(it).failures() }
    return told + "${records.single().ending} $failures"
  }

  private fun name(thrown: Throwable) =
    if (thrown is Fault) thrown.kind.name else thrown::class.java.simpleName
}
