package dev.holdfast.simulation

import dev.holdfast.Resilience
import dev.holdfast.breaker.CircuitBreaker.State.CLOSED
import dev.holdfast.breaker.CircuitBreaker.State.HALF_OPEN
import dev.holdfast.bulkhead.BulkheadConfig
import dev.holdfast.model.Feature
import dev.holdfast.model.Model
import dev.holdfast.plan.Attempt
import dev.holdfast.plan.CallRecord
import dev.holdfast.retry.Backoff
import dev.holdfast.retry.Retry
import dev.holdfast.retry.RetryBudget
import dev.holdfast.retry.RetryBudgetConfig
import dev.holdfast.testing.FaultClassifier
import dev.holdfast.testing.testConfig
import dev.holdfast.testkit.ManualTime
import java.time.Duration
import java.util.SplittableRandom
import java.util.concurrent.CompletableFuture
import kotlin.random.Random

/**
 * Ten minutes of three features that ask three models with outages, in manual time. What must never
 * happen is noted where it happens; a seed tells the same story again.
 */
class Simulation(seed: Int) {
  private val random = Random(seed)
  private val time = ManualTime()
  private val models =
    SimulatedModels(random, time, MODELS.associateWith { Forecast(random, LENGTH) })
  /** In every other story it is so small that most of the retries are refused. */
  private val allowance =
    if (seed % 2 == 0) RetryBudgetConfig.defaults()
    else RetryBudgetConfig.builder().fraction(0.02).minPerSecond(0).build()
  private val budget = RetryBudget.of(allowance, time)
  private val resilience = resilience(SplittableRandom(seed.toLong()))
  private val records = mutableListOf<CallRecord>()
  private val calls = mutableListOf<Call>()
  private var retries = 0

  /** What happened that must not. */
  val violations = mutableListOf<String>()

  val outages: Int
    get() = models.outages

  /** How many retries the budget has refused. */
  val refusedRetries: Long
    get() = budget.refused()

  val endings: Map<CallRecord.Ending, Int>
    get() = records.groupingBy { it.ending }.eachCount()

  fun run(): Simulation = apply {
    resilience.onCall { records += it }
    resilience.onCall { error("a listener that throws") }
    while (time.elapsed() < LENGTH) {
      begin()
      time.advance(Duration.ofMillis(random.nextLong(0, 4_000)))
      if (random.nextInt(12) == 0) calls.takeLast(3).random(random).cancel()
    }
    time.advance(Duration.ofHours(3))
    checkTheEnd()
  }

  private fun begin() {
    val feature = FEATURES.random(random)
    val call = Call(DEADLINES.getValue(feature), time.elapsed())
    calls += call
    val variant = resilience.feature(feature)
    call.future =
      if (random.nextBoolean()) variant.callAsync(call::attempt)
      else variant.callAsync(call::attempt) { "degraded" }
    call.future.whenComplete { _, _ -> call.ended() }
  }

  private fun checkTheEnd() {
    check(calls.all { it.endings == 1 }) { "a call did not end exactly once" }
    check(records.size == calls.size) { "${records.size} records of ${calls.size} calls" }
    check(resilience.counts().sumOf { it.calls } == calls.size.toLong()) { "calls not counted" }
    check(models.inFlight == 0) { "${models.inFlight} attempts were left under way" }
    FEATURES.forEach { name ->
      val slots = checkNotNull(resilience.feature(name).bulkhead()).snapshot()
      check(slots.running() == 0 && slots.queued() == 0) { "slots are missing: $slots" }
    }
    MODELS.forEach { name ->
      val permit = resilience.breakers().breaker(name).tryAcquire()
      check(permit != null) { "the breaker of $name does not recover" }
      permit?.close()
    }
    // Each call earns a part of a retry; some a second are free, and those of the first second.
    val free = allowance.minPerSecond() * (LENGTH.toSeconds() + 1)
    val allowed = (calls.size * allowance.fraction()).toLong() + free
    check(retries <= allowed) { "$retries retries, and $allowed were allowed" }
    check(time.scheduled() == 0) { "${time.scheduled()} timers were left behind" }
  }

  private fun check(condition: Boolean, violation: () -> String) {
    if (!condition) violations += violation()
  }

  /** One call, and how often it asked whom. */
  private inner class Call(private val deadline: Duration, private val begun: Duration) {
    lateinit var future: CompletableFuture<String>
    var endings = 0
    private val asked = mutableMapOf<String, Int>()

    fun attempt(attempt: Attempt): CompletableFuture<String> {
      val model = attempt.target()
      if (asked.merge(model, 1, Int::plus) != 1) retries++
      check(!models.isShut(model)) { "$model was asked while its gate was closed" }
      val state = resilience.breakers().breaker(model).state()
      check(state == CLOSED || state == HALF_OPEN) { "$model was asked while $state" }
      check(begun + deadline > time.elapsed()) { "$model was asked after the deadline" }
      check(endings == 0) { "$model was asked for a call that had ended" }
      return models.ask(attempt)
    }

    fun cancel() {
      future.cancel(false)
    }

    fun ended() {
      endings++
      val took = time.elapsed() - begun
      check(took <= deadline) { "a call took $took, and its deadline was $deadline" }
    }
  }

  private fun resilience(jitter: SplittableRandom): Resilience {
    val builder =
      Resilience.builder()
        .classifier(FaultClassifier)
        .retry(
          Retry.builder()
            .backoff(Backoff.exponential(ONE_SECOND, TEN_SECONDS))
            .budget(budget)
            .build()
        )
        .random(jitter)
        .time(time)
    MODELS.forEach { name ->
      val model = Model.named(name).attemptTimeout(Duration.ofSeconds(30))
      builder.model(model.circuitBreaker(testConfig()).build())
    }
    FEATURES.forEachIndexed { number, name ->
      val slots = BulkheadConfig.builder().maxConcurrentCalls(4).maxQueue(2 * number)
      builder.feature(
        Feature.named(name)
          .chain(*MODELS.drop(number).toTypedArray())
          .bulkhead(slots.maxWait(Duration.ofSeconds(5)).build())
          .deadline(DEADLINES.getValue(name))
          .build()
      )
    }
    return builder.build()
  }

  private companion object {
    val LENGTH: Duration = Duration.ofMinutes(10)
    val ONE_SECOND: Duration = Duration.ofSeconds(1)
    val TEN_SECONDS: Duration = Duration.ofSeconds(10)
    val MODELS = listOf("sonnet", "gpt", "haiku")
    val FEATURES = listOf("chat", "search", "titles")
    val DEADLINES = FEATURES.zip(listOf(120L, 45L, 8L).map(Duration::ofSeconds)).toMap()
  }
}
