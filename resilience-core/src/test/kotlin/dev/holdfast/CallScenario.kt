package dev.holdfast

import dev.holdfast.model.Model
import dev.holdfast.outcome.Classifier
import dev.holdfast.outcome.FailureClass
import dev.holdfast.plan.Attempt
import dev.holdfast.plan.CallFailure
import dev.holdfast.plan.CallRecord
import dev.holdfast.plan.Step
import dev.holdfast.retry.Backoff
import dev.holdfast.retry.Retry
import dev.holdfast.testing.Fault
import dev.holdfast.testing.FaultClassifier
import dev.holdfast.testing.earlier
import dev.holdfast.testing.leastJitter
import dev.holdfast.testing.testConfig
import dev.holdfast.throttle.GateClosedException
import dev.holdfast.time.Deadline
import dev.holdfast.time.Time
import java.time.Duration
import java.util.concurrent.CancellationException

/** What a model of a scenario does with one attempt, after as many seconds. */
sealed interface Reply {
  val seconds: Long

  /** It answers. */
  data class Answer(val value: String, override val seconds: Long = 0) : Reply

  /** It fails with a new exception, since the drivers share the scenario. */
  class Fail(override val seconds: Long = 0, val thrown: () -> Throwable) : Reply

  /** It never answers. */
  data object Hang : Reply {
    override val seconds = 1_000_000L
  }
}

/** What comes of the reply when its time has passed. */
fun Reply.outcome(): String =
  when (this) {
    is Reply.Answer -> value
    is Reply.Fail -> throw thrown()
    is Reply.Hang -> error("nobody waits that long")
  }

/** Does something when so much of the call's time has passed. */
typealias Later = (Duration, () -> Unit) -> Unit

/**
 * A whole call: what each attempt meets in turn, and what must come of it.
 *
 * @param degradedSeconds how long the degraded answer takes
 * @param cancelled when the caller gives up
 * @param within a deadline of the task that the call is part of
 * @param queued until when the call waits for its first slot
 * @param inStreams how a stream of one item differs; null if it takes the same way
 * @param tells what the instance looks like at the end of the call
 * @param prepare what happens before the call, and later while it is made
 */
class CallScenario(
  val name: String,
  val replies: List<Reply>,
  val expected: List<String>,
  val deadline: Duration = Duration.ofMinutes(10),
  val degraded: ((CallFailure) -> String)? = null,
  val degradedSeconds: Long = 0,
  val configure: ResilienceBuilder.() -> Unit = {},
  val feature: String? = null,
  val classifier: Classifier<Any?> = FaultClassifier,
  val cancelled: Duration? = null,
  val within: Duration? = null,
  val queued: Duration? = null,
  val inStreams: InStreams? = null,
  val tells: (Resilience.() -> String)? = null,
  val prepare: Resilience.(Later) -> Unit = {},
) {
  override fun toString(): String = name

  /** The same scenario, whose call is heard by [listener] and leaves nothing else behind. */
  fun heardBy(listener: (CallRecord) -> Unit): CallScenario =
    copy(tells = null) { later ->
      prepare(later)
      onCall { if (it.deadlineLeft != timeOfOthers) listener(it) }
    }

  /** The same scenario, as a stream takes it that differs. */
  fun takes(other: InStreams): CallScenario =
    copy(other.replies, other.expected, tells = tells, prepare = prepare)

  /** An instance for this scenario, prepared for its call. */
  fun resilience(time: Time, later: Later): Resilience {
    val whole =
      scenarioResilience(time, deadline) {
        classifier(classifier)
        configure()
      }
    whole.prepare(later)
    val mine = if (feature == null) whole else whole.feature(feature)
    return if (within == null) mine else mine.within(Deadline.after(within, time))
  }

  private fun copy(
    replies: List<Reply> = this.replies,
    expected: List<String> = this.expected,
    tells: (Resilience.() -> String)?,
    prepare: Resilience.(Later) -> Unit,
  ) =
    CallScenario(
      name,
      replies,
      expected,
      deadline,
      degraded,
      degradedSeconds,
      configure,
      feature,
      classifier,
      cancelled,
      within,
      queued,
      inStreams,
      tells,
      prepare,
    )
}

/** What a stream of one item meets instead of a call, what must come of it, and the reason. */
class InStreams(val reason: String, val replies: List<Reply>, val expected: List<String>)

/** The attempts of one call as they are made, at the seconds of its clock, and its replies. */
class Script(replies: List<Reply>, private val elapsed: () -> Duration) {
  private val left = ArrayDeque(replies)
  private val told = mutableListOf<String>()
  private var isOver = false

  /** Whether an attempt was made after the end. */
  var wentOn: Boolean = false
    private set

  /** Notes the attempt and takes the reply to it. */
  fun next(attempt: Attempt): Reply {
    wentOn = wentOn || isOver
    told += "${attempt.model} at ${elapsed().toSeconds()}"
    return left.removeFirst()
  }

  /** What happened in the call, its end included. */
  fun end(result: Result<String>): List<String> {
    isOver = true
    check(left.isEmpty()) { "$left were not asked for, after $told" }
    val end =
      result.fold({ "answer $it" }) { thrown ->
        if (thrown is CancellationException || thrown is InterruptedException) "cancelled"
        else {
          checkNotNull(CallRecord.of(thrown)) { "no record with $thrown" }
          val kind = (thrown as? Fault)?.kind ?: thrown::class.java.simpleName
          "$kind, suppressed ${thrown.earlier().size}"
        }
      }
    return told + "$end at ${elapsed().toSeconds()}"
  }
}

/** The models `a` and `b`: 3 attempts, 1 s apart, of 30 s each; circuits open after 3 failures. */
fun scenarioResilience(
  time: Time,
  deadline: Duration = Duration.ofMinutes(10),
  configure: ResilienceBuilder.() -> Unit = {},
): Resilience =
  Resilience.builder()
    .apply {
      listOf("a", "b").forEach {
        val model = Model.named(it).circuitBreaker(testConfig())
        model(model.attemptTimeout(Duration.ofSeconds(30)).build())
      }
    }
    .reservedForLast(0.0)
    .retry(Retry.builder().backoff(Backoff.fixed(Duration.ofSeconds(1))).build())
    .deadline(deadline)
    .random(leastJitter)
    .time(time)
    .apply(configure)
    .build()

/** A failure of the given class, after as many seconds. */
fun fails(kind: FailureClass, hintSeconds: Long? = null, seconds: Long = 0): Reply =
  Reply.Fail(seconds) { Fault(kind, hintSeconds?.let(Duration::ofSeconds)) }

/** An answer after as many seconds. */
fun answers(value: String = "yes", seconds: Long = 0): Reply = Reply.Answer(value, seconds)

/** Tells the records of other calls, which take no time, from that of the scenario. */
private val timeOfOthers = Duration.ofDays(1)

/** Closes the gate of a model, as a call does that was told to wait. */
fun Resilience.closeGate(model: String, wait: Duration): Unit =
  fails(FailureClass.RATE_LIMITED, model, wait)

/** What the scenario wants to know of the instance. */
fun Resilience.told(scenario: CallScenario): List<String> =
  listOfNotNull(scenario.tells?.invoke(this))

/** Another call has failed at the model, and was told to wait. */
fun Resilience.fails(kind: FailureClass, model: String, wait: Duration) {
  forModel(model).withDeadline(timeOfOthers).plan(FaultClassifier, false).use {
    it.next()
    it.threw(Fault(kind, wait))
  }
}

/** What calls have left behind at a model: its circuit, and whether its gate is shut. */
fun Resilience.stateOf(model: String): String {
  val breaker = breakers().breaker(model)
  val circuit = "$model ${breaker.state()} ${breaker.failures()}"
  val next = withChain(listOf(model)).plan<String>(FaultClassifier, false).use { it.next() }
  val isShut = next is Step.Pause || next is Step.Throw && next.failure is GateClosedException
  return if (isShut) "$circuit shut" else circuit
}
