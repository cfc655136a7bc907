package dev.holdfast.breaker

import dev.holdfast.breaker.CircuitBreaker.State.CLOSED
import dev.holdfast.breaker.CircuitBreaker.State.DISABLED
import dev.holdfast.breaker.CircuitBreaker.State.FORCED_OPEN
import dev.holdfast.breaker.CircuitBreaker.State.HALF_OPEN
import dev.holdfast.breaker.CircuitBreaker.State.METRICS_ONLY
import dev.holdfast.breaker.CircuitBreaker.State.OPEN
import dev.holdfast.bulkhead.awaitUntil
import dev.holdfast.bulkhead.shouldBeWhole
import dev.holdfast.bulkhead.testBulkhead
import dev.holdfast.testing.Threads
import dev.holdfast.testkit.ManualTime
import dev.holdfast.time.Time
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.ints.shouldBeLessThanOrEqual
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import java.time.Duration
import java.util.concurrent.ConcurrentLinkedQueue
import java.util.concurrent.Executors
import java.util.concurrent.atomic.LongAdder
import kotlin.random.Random

/** One breaker and one bulkhead, many threads, and everything that can happen to a call. */
class BreakerStorm(private val settings: StormSettings, private val seed: Long) : AutoCloseable {
  private val time = ManualTime()
  private val breaker =
    CircuitBreaker.of("sonnet", settings.config(), time, java.util.Random(seed)::nextLong)
  private val bulkhead =
    testBulkhead(Time.system()) {
      maxConcurrentCalls(3).maxQueue(3).maxWait(Duration.ofNanos(50_000))
    }
  private val threads = Threads()
  private val helper = Executors.newSingleThreadExecutor()
  private val tally = StormTally()
  private val hanging = ConcurrentLinkedQueue<() -> Unit>()
  private val calls = StormCalls(breaker, bulkhead, tally, hanging, helper)
  private val transitions = ConcurrentLinkedQueue<StateTransition>()
  private val rejections = LongAdder()
  private val refusals = LongAdder()

  init {
    breaker.onTransition { throw StormError() }
    breaker.onTransition { transitions += it }
    breaker.onRejection { throw StormException() }
    breaker.onRejection { rejections.increment() }
    breaker.onThresholdExceeded { throw StormError() }
    breaker.onProbeSettled { throw StormException() }
    bulkhead.onRejection { throw StormError() }
    bulkhead.onRejection { refusals.increment() }
  }

  /** Makes [calls] calls, in rounds after each of which the breaker must still be sound. */
  fun rage(calls: Int) {
    repeat(maxOf(1, calls / (ROUND * threads.count))) { round ->
      threads.race { number ->
        val random = Random(seed xor (round * 31L + number) * 0x5DEECE66DL)
        repeat(ROUND) { step(random) }
      }
      helper.submit {}.get()
      assertAddsUp()
      assertRecovers()
      assertNothingIsLost(Random(seed xor round.toLong()))
    }
  }

  private fun step(random: Random) {
    when (random.nextInt(400)) {
      0,
      1 -> breaker.reset()
      2 -> breaker.forceOpen().also { breaker.reset() }
      3 -> breaker.configure(settings.config(random))
      4 -> if (random.nextInt(4) == 0) intervene(random)
      in 5..40 -> time.advance(Duration.ofMillis(random.nextLong(700)))
      in 41..46 -> hanging.poll()?.invoke()
    }
    calls.make(random)
  }

  private fun intervene(random: Random) =
    when (random.nextInt(4)) {
      0 -> breaker.forceOpen()
      1 -> breaker.disable()
      2 -> bulkhead.resize(1 + random.nextInt(4))
      else -> breaker.metricsOnly()
    }

  private fun assertAddsUp() {
    val snapshot = breaker.snapshot()
    with(tally) {
      admitted.sum() + rejected.sum() + silent.sum() + gaveUp.sum() shouldBe attempted.sum()
    }
    snapshot.rejected() shouldBe tally.rejected.sum()
    rejections.sum() shouldBe tally.rejected.sum()
    snapshot.failures() shouldBeLessThanOrEqual tally.admitted.sum().toInt()
    val told = transitions.toList()
    told.map { it.generation() } shouldContainExactly (1L..snapshot.generation()).toList()
    told.zipWithNext().forEach { (one, next) -> next.from() shouldBe one.to() }
  }

  /** Whatever it went through, it can be opened, probed by exactly as many as may, and closed. */
  private fun assertRecovers() {
    if (breaker.state() in setOf(FORCED_OPEN, DISABLED, METRICS_ONLY)) breaker.reset()
    var failures = 0
    while (breaker.state() == CLOSED) {
      failures++ shouldBeLessThanOrEqual MOST_TO_OPEN
      breaker.enterIfPossible()?.failure()
    }
    if (breaker.state() == OPEN) time.advance(breaker.retryAfter())
    breaker.state() shouldBe HALF_OPEN
    time.advance(settings.lease)

    val probes = List(settings.places + 3) { breaker.enterIfPossible() }.filterNotNull()
    probes.size shouldBe settings.places
    probes.forEach { it.success() }
    var successes = 0
    while (breaker.state() == HALF_OPEN) {
      successes++ shouldBeLessThanOrEqual settings.config().successThreshold()
      breaker.enterIfPossible().shouldNotBeNull().success()
    }
    breaker.state() shouldBe CLOSED
    breaker.failures() shouldBe 0
  }

  /**
   * When all calls have ended, all slots are free, and so are the places of probes. Meanwhile no
   * time passes, because the lease would hide that one was lost.
   */
  private fun assertNothingIsLost(random: Random) {
    endAll()
    repeat(PROBES) {
      while (breaker.state() == CLOSED) breaker.enterIfPossible()?.failure()
      if (breaker.state() == OPEN) time.advance(breaker.retryAfter())
      breaker.state() shouldBe HALF_OPEN
      calls.make(random)
      endAll()
      val free = generateSequence { breaker.enterIfPossible() }.take(settings.places + 1).toList()
      if (breaker.state() == HALF_OPEN) free.size shouldBe settings.places
      free.forEach { it.release() }
    }
    breaker.reset()
    bulkhead.shouldBeWhole()
    bulkhead.snapshot().rejected() shouldBe refusals.sum()
  }

  private fun endAll() {
    helper.submit {}.get()
    generateSequence { hanging.poll() }.forEach { it() }
    awaitUntil { bulkhead.snapshot().running() == 0 && bulkhead.snapshot().queued() == 0 }
  }

  override fun close() {
    threads.close()
    helper.shutdownNow()
  }

  private companion object {
    const val ROUND = 250
    const val MOST_TO_OPEN = 200
    const val PROBES = 50
  }
}
