package dev.holdfast.ktor.soak

import dev.holdfast.breaker.CircuitBreaker.State
import dev.holdfast.ktor.answers
import dev.holdfast.plan.CallRecord.Ending
import io.kotest.assertions.nondeterministic.eventually
import io.kotest.assertions.withClue
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.comparables.shouldBeGreaterThan
import io.kotest.matchers.comparables.shouldBeGreaterThanOrEqualTo
import io.kotest.matchers.comparables.shouldBeLessThanOrEqualTo
import io.kotest.matchers.shouldBe
import java.util.concurrent.ConcurrentHashMap
import java.util.concurrent.ConcurrentLinkedQueue
import java.util.concurrent.CountDownLatch
import java.util.logging.Level
import java.util.logging.Logger
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.Job
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.job
import kotlinx.coroutines.joinAll
import kotlinx.coroutines.launch
import kotlinx.coroutines.withContext
import kotlinx.coroutines.withTimeout

/**
 * Calls of all kinds through one client to models of which two requests in five go wrong, by
 * callers of whom two in five do not stay; and what must be true whenever nothing is under way.
 */
internal class Soak(
  private val engine: SoakEngine,
  private val seed: Long,
  private val hasAnswers: Boolean = false,
) : AutoCloseable {

  private val resilience = soakResilience()
  private val tally = Tally()
  private val contexts = ConcurrentLinkedQueue<Job>()
  private val attempts = ConcurrentHashMap<Int, Int>()
  private val uncaught = ConcurrentLinkedQueue<Throwable>()
  private val server = SoakServer { call -> plan(call).fate(attempts.merge(call, 1, Int::plus)!!) }
  private val client =
    engine.guardedBy(resilience, hasAnswers) { request ->
      tally.entered.increment()
      contexts += request.executionContext
    }
  /** The connections that the server had to end. */
  private var forgotten = 0
  private val others = Thread.getDefaultUncaughtExceptionHandler()

  /** They would tell of each breaker that opens. */
  private val logs = listOf("dev.holdfast", "okhttp3").map(Logger::getLogger)

  init {
    logs.forEach { it.level = Level.OFF }
    resilience.onCall(tally::add)
    Thread.setDefaultUncaughtExceptionHandler { _, thrown -> uncaught += thrown }
  }

  /** Makes [calls] calls in waves, after each of which everything must have been given back. */
  suspend fun soak(calls: Int, waves: Int): String {
    val wave = calls / waves
    var before: Remains? = null
    lateinit var after: Remains
    for (number in 0 until waves) {
      withClue("wave $number") {
        withContext(Dispatchers.Default) { make(number * wave, (number + 1) * wave) }
        assertNothingIsHeld()
        assertAddsUp()
      }
      if (number == (waves - 1) / WARM_UP) {
        fillPool()
        before = Remains.now()
      }
    }
    after = Remains.now()
    after.moreThan(checkNotNull(before), wave.toLong() * (waves - 1) / SHARE).shouldBeEmpty()
    assertWasASoak(calls)
    val shared = if (hasAnswers) "; ${client.answers.counts()}" else ""
    return "$tally$shared; $before, then $after; ${server.unused} connections never used, " +
      "$forgotten forgotten, ${server.connections} kept"
  }

  private fun plan(call: Int): SoakPlan =
    SoakPlan(call, seed, if (hasAnswers) SoakPlan.SHARED_WAYS else Way.entries)

  /** Otherwise the threads that the pool makes later would look like something left behind. */
  private suspend fun fillPool() = coroutineScope {
    val all = CountDownLatch(POOL)
    repeat(POOL) {
      launch(Dispatchers.IO) {
        all.countDown()
        all.await()
      }
    }
  }

  private suspend fun make(from: Int, to: Int) {
    val numbers = (from until to).iterator()
    withContext(Dispatchers.Default) {
      repeat(CALLERS) {
        launch {
          while (true) {
            val number = synchronized(numbers) { if (numbers.hasNext()) numbers.next() else -1 }
            if (number < 0) break
            tally.add(SoakCall(plan(number), client).make(server.url))
          }
        }
      }
    }
  }

  private suspend fun assertNothingIsHeld() {
    // What runs in the client's own scope ends by the attempt's timeout, if nobody waits for it.
    withTimeout(LONGEST) { client.coroutineContext.job.children.toList().joinAll() }
    withTimeout(LONGEST) { contexts.joinAll() }
    contexts.clear()
    attempts.clear()
    if (hasAnswers) eventually(LONGEST) { client.answers.inFlight() shouldBe 0 }
    eventually(LONGEST) { answering { it !in engine.forgotten }.shouldBeEmpty() }
    if (engine.forgotten.isNotEmpty()) forgotten += server.endAnswering()
    eventually(LONGEST) {
      answering().shouldBeEmpty()
      // OkHttp finds a response that nobody closed when it is garbage: its engine drops those that
      // come in the moment in which their caller leaves.
      if (server.connections > engine.idle) System.gc()
      server.connections shouldBeLessThanOrEqualTo engine.idle
      // CIO forgets a connection that is made in the moment in which its caller leaves.
      server.unused.toLong() shouldBeLessThanOrEqualTo 2 + server.requests / FORGOTTEN
    }
    for (feature in resilience.features()) {
      resilience.feature(feature).bulkhead()?.snapshot()?.let {
        withClue("$it") { it.running() + it.queued() shouldBe 0 }
      }
    }
    for (model in SoakPlan.MODELS) assertIsWhole(model)
    uncaught.map { it.stackTraceToString() }.shouldBeEmpty()
  }

  private fun answering(which: (Fault) -> Boolean = { true }): List<String> =
    server.answering
      .filter { (_, fate) -> which(fate.fault) }
      .map { (call, fate) -> "${plan(call)}: $fate" }

  /** The one place of a probe is free. */
  private suspend fun assertIsWhole(model: String) {
    val breaker = resilience.breakers().breaker(model)
    eventually(LONGEST) { breaker.state() shouldBe breaker.state().takeUnless { it == State.OPEN } }
    val permit = breaker.tryAcquire()
    withClue("a permit of ${breaker.snapshot()}") { (permit == null) shouldBe false }
    permit?.close()
  }

  private suspend fun assertAddsUp() {
    withClue("$tally") {
      eventually(LONGEST) { assertCallsAreMade() }
      val counts = resilience.counts()
      counts.sumOf { it.failures() } shouldBe tally.ended(Ending.FAILED)
      counts.sumOf { it.degraded() } shouldBe tally.ended(Ending.DEGRADED)
      counts.sumOf { it.cancelled() } shouldBe tally.ended(Ending.CANCELLED)
      counts.sumOf { it.fallbacks() } shouldBe tally.fallbacks.sum()
      server.requests shouldBeLessThanOrEqualTo tally.attempts.sum()
      for (ending in Ending.entries) tally.seen(ending) shouldBeLessThanOrEqualTo
        tally.ended(ending) + saved
      tally.complaints.take(5).shouldBeEmpty()
    }
  }

  /** The requests for which no call was made, as they got the answer of another. */
  private val saved: Long
    get() = if (hasAnswers) client.answers.counts().let { it.joined() + it.replayed() } else 0

  /** Each other request has one call with one record. */
  private fun assertCallsAreMade() {
    val calls = resilience.counts().sumOf { it.calls() }
    val most = tally.entered.sum() - saved
    tally.records.sum() shouldBe calls
    calls shouldBeLessThanOrEqualTo most
    // A call that is shared has not begun if all who would share it left before.
    calls shouldBeGreaterThanOrEqualTo if (hasAnswers) most - tally.unseen.sum() else most
  }

  /** Many calls end in all ways and are given up at all stages, or else this says little. */
  private fun assertWasASoak(calls: Int) {
    withClue("$tally") {
      tally.ended(Ending.ANSWERED) shouldBeGreaterThan 0
      if (calls < MANY) return
      for (ending in Ending.entries) tally.ended(ending) shouldBeGreaterThan 0
      for (stage in Stage.entries) tally.gaveUp(stage) shouldBeGreaterThan 0
      tally.ended(Ending.ANSWERED) shouldBeGreaterThan tally.entered.sum() / 10
      if (!hasAnswers) return
      client.answers.counts().joined() shouldBeGreaterThan calls / 100L
      client.answers.counts().replayed() shouldBeGreaterThan calls / 100L
    }
  }

  override fun close() {
    client.close()
    server.close()
    logs.forEach { it.level = null }
    Thread.setDefaultUncaughtExceptionHandler(others)
  }

  private companion object {
    /** The threads of [Dispatchers.IO]. */
    const val POOL = 64

    const val CALLERS = 32
    const val MANY = 2_000
    /** One wave in so many warms up. */
    const val WARM_UP = 5
    /** One connection in so many requests may be forgotten by the engine. */
    const val FORGOTTEN = 2_000
    /** A leak is what grows by one for each so many calls. */
    const val SHARE = 20
    val LONGEST = 20.seconds
  }
}
