package dev.holdfast.plan

import dev.holdfast.breaker.CircuitBreaker
import dev.holdfast.breaker.CircuitBreakerConfigBuilder
import dev.holdfast.bulkhead.Bulkhead
import dev.holdfast.model.Model
import dev.holdfast.model.Target
import dev.holdfast.outcome.Classifier
import dev.holdfast.outcome.FailureClass
import dev.holdfast.retry.Backoff
import dev.holdfast.retry.Retry
import dev.holdfast.testing.Fault
import dev.holdfast.testing.FaultClassifier
import dev.holdfast.testing.leastJitter
import dev.holdfast.testing.testConfig
import dev.holdfast.testkit.ManualTime
import dev.holdfast.throttle.ThrottleGate
import dev.holdfast.time.Deadline
import dev.holdfast.time.Time
import java.time.Duration
import java.util.random.RandomGenerator

/** What an attempt comes to in a test of the plan, and how long it takes. */
typealias Report = CallPlan<String>.() -> Step<String>

/** The models `a`, `b`, … with a breaker and a gate each, and plans for calls to them. */
class PlanFixture(
  models: String = "a b",
  val time: ManualTime = ManualTime(),
  private val clock: Time = time,
  private val random: RandomGenerator = leastJitter,
  private val retry: Retry = retry(),
  attemptTimeout: Duration = Duration.ofSeconds(30),
  private val reserved: Double = 0.0,
  private val bulkhead: Bulkhead? = null,
  configure: Model.Builder.(String) -> Unit = {},
  breaker: CircuitBreakerConfigBuilder.() -> Unit = {},
) {
  private val chain =
    models.split(" ").map {
      val model = Model.named(it).circuitBreaker(testConfig(breaker)).attemptTimeout(attemptTimeout)
      model.configure(it)
      val config = model.build().circuitBreaker()
      Target(model.build(), CircuitBreaker.of(it, config, clock), ThrottleGate(it))
    }

  /** The target of the given name. */
  fun target(name: String): Target = chain.single { it.name() == name }

  /** The breaker of the given model. */
  fun breaker(name: String): CircuitBreaker = target(name).breaker()

  /** How long the gate of the given model stays closed. */
  fun closed(name: String): Duration =
    Duration.ofNanos(target(name).gate().closedNanos(time.nanoTime()))

  /** The plan of one call that starts now. */
  fun plan(
    deadline: Duration? = null,
    degradable: Boolean = false,
    classifier: Classifier<in String> = FaultClassifier,
  ): CallPlan<String> {
    val now = clock.nanoTime()
    val ends = deadline?.let { Deadline.after(it, now) } ?: Deadline.none()
    val settings =
      PlanSettings(
        "chat",
        chain,
        bulkhead,
        retry,
        UNBOUNDED,
        reserved,
        emptySet(),
        random,
        clock,
        { ended += it.record() },
      )
    return CallPlan(settings, ends, now, classifier, degradable)
  }

  /** The records of the plans that were closed. */
  val ended = mutableListOf<CallRecord>()

  /** Takes the steps of a plan, with a report for each attempt, and tells them in short. */
  fun trace(plan: CallPlan<String>, vararg reports: Report): List<String> = buildList {
    val left = ArrayDeque(reports.toList())
    var step = plan.next()
    while (true) {
      add(tell(step))
      step =
        when (step) {
          is Step.Call -> left.removeFirst()(plan)
          is Step.Enter -> plan.entered(step.bulkhead.acquire())
          is Step.Pause -> {
            time.advance(step.duration)
            plan.next()
          }
          else -> break
        }
    }
    check(left.isEmpty()) { "${left.size} reports were not asked for, after $this" }
  }

  private fun tell(step: Step<String>): String =
    when (step) {
      is Step.Call -> step.attempt.model
      is Step.Enter -> "enter"
      is Step.Pause -> "pause ${step.duration.toMillis()}"
      is Step.Return -> "return ${step.value}"
      is Step.Throw -> "throw ${name(step.failure)}"
      is Step.Degrade -> "degrade"
    }

  private fun name(thrown: Throwable) =
    if (thrown is Fault) thrown.kind.name else thrown::class.java.simpleName

  /** The attempt answered. */
  fun answers(value: String = "answer"): Report = { returned(value) }

  /** The attempt failed, after a while. */
  fun fails(kind: FailureClass, hintSeconds: Long? = null, afterSeconds: Long = 0): Report = {
    time.advance(Duration.ofSeconds(afterSeconds))
    threw(Fault(kind, hintSeconds?.let(Duration::ofSeconds)))
  }

  /** The attempt took its whole time, which the test names. */
  fun hangs(seconds: Long): Report = {
    time.advance(Duration.ofSeconds(seconds))
    timedOut()
  }

  companion object {
    private val UNBOUNDED = Duration.ofSeconds(Long.MAX_VALUE)

    /** Three attempts, a second apart. */
    fun retry(configure: Retry.Builder.() -> Unit = {}): Retry =
      Retry.builder().backoff(Backoff.fixed(Duration.ofSeconds(1))).apply(configure).build()
  }
}
