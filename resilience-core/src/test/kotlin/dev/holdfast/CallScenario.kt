package dev.holdfast

import dev.holdfast.model.Model
import dev.holdfast.outcome.FailureClass
import dev.holdfast.plan.Attempt
import dev.holdfast.plan.CallFailure
import dev.holdfast.retry.Backoff
import dev.holdfast.retry.Retry
import dev.holdfast.testing.Fault
import dev.holdfast.testing.FaultClassifier
import dev.holdfast.testing.earlier
import dev.holdfast.testing.leastJitter
import dev.holdfast.testing.testConfig
import dev.holdfast.time.Time
import java.time.Duration

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

/** A whole call: what each attempt meets in turn, and what must come of it. */
class CallScenario(
  val name: String,
  val replies: List<Reply>,
  val expected: List<String>,
  val deadline: Duration = Duration.ofMinutes(10),
  val degraded: ((CallFailure) -> String)? = null,
  val configure: ResilienceBuilder.() -> Unit = {},
  val feature: String? = null,
  val prepare: Resilience.() -> Unit = {},
) {
  override fun toString(): String = name

  /** The same scenario with something more done before the call. */
  fun alsoPrepare(more: Resilience.() -> Unit): CallScenario =
    CallScenario(name, replies, expected, deadline, degraded, configure, feature) {
      prepare()
      more()
    }
}

/** The attempts of one call as they are made, at the seconds of its clock, and its replies. */
class Script(replies: List<Reply>, private val elapsed: () -> Duration) {
  private val left = ArrayDeque(replies)
  private val told = mutableListOf<String>()

  /** Notes the attempt and takes the reply to it. */
  fun next(attempt: Attempt): Reply {
    told += "${attempt.model} at ${elapsed().toSeconds()}"
    return left.removeFirst()
  }

  /** What happened in the call, its end included. */
  fun end(result: Result<String>): List<String> {
    check(left.isEmpty()) { "$left were not asked for, after $told" }
    val end =
      result.fold({ "answer $it" }) { thrown ->
        val kind = if (thrown is Fault) thrown.kind.name else thrown::class.java.simpleName
        "$kind, suppressed ${thrown.earlier().size}"
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

/** Closes the gate of a model, as a call does that was told to wait. */
fun Resilience.closeGate(model: String, wait: Duration) {
  forModel(model).plan(FaultClassifier, false).use {
    it.next()
    it.threw(Fault(FailureClass.RATE_LIMITED, wait))
  }
}
