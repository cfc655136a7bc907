package dev.holdfast.bulkhead

import dev.holdfast.coroutines.withBulkhead
import dev.holdfast.time.Deadline
import dev.holdfast.time.Time
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.ints.shouldBeGreaterThan
import io.kotest.matchers.ints.shouldBeLessThanOrEqual
import io.kotest.matchers.shouldBe
import java.time.Duration
import java.util.concurrent.CompletableFuture
import java.util.concurrent.CountDownLatch
import java.util.concurrent.CyclicBarrier
import java.util.concurrent.Executors
import java.util.concurrent.TimeUnit.SECONDS
import java.util.concurrent.atomic.AtomicInteger
import kotlin.random.Random
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.Job
import kotlinx.coroutines.joinAll
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.yield

class BulkheadRaceTest :
  FunSpec({
    val threads = 4
    val pool = Executors.newFixedThreadPool(threads) { Thread(it).apply { isDaemon = true } }
    afterSpec { pool.shutdownNow() }

    /** Runs [work] on every thread at once, with the number of the thread. */
    fun race(work: (Int) -> Unit) {
      val barrier = CyclicBarrier(threads)
      List(threads) { number ->
          pool.submit {
            barrier.await(20, SECONDS)
            work(number)
          }
        }
        .forEach { it.get(40, SECONDS) }
    }

    /** Never more calls at the same time than the largest limit there ever was. */
    class Gauge {
      private val now = AtomicInteger()
      private val most = AtomicInteger()

      fun inside() {
        most.accumulateAndGet(now.incrementAndGet(), ::maxOf)
        Thread.yield()
        now.decrementAndGet()
      }

      fun most(): Int = most.get()
    }

    test("calls through all faces, cancelled, timed out and resized at random, lose no slot") {
      val bulkhead =
        testBulkhead(Time.system()) {
          maxConcurrentCalls(3).maxQueue(6).maxWait(Duration.ofNanos(200_000))
        }
      val gauge = Gauge()
      val answered = AtomicInteger()
      val later = CompletableFuture<Unit>()
      val pending = List(threads) { mutableListOf<CompletableFuture<*>>() }

      race { thread ->
        val random = Random(thread)
        repeat(4_000) {
          val deadline =
            if (random.nextInt(4) > 0) Deadline.none()
            else Deadline.after(Duration.ofNanos(random.nextLong(50_000)), System.nanoTime())
          when (random.nextInt(9)) {
            0,
            1 ->
              runCatching {
                bulkhead.call<Unit, Exception>(deadline) { gauge.inside() }
                answered.incrementAndGet()
              }
            2 -> runCatching { bulkhead.acquire(deadline).use { gauge.inside() } }
            3 -> bulkhead.tryAcquire()?.use { gauge.inside() }
            4 -> {
              val turn = bulkhead.acquireAsync(deadline)
              turn.thenAccept { slot -> slot.use { gauge.inside() } }
              if (random.nextBoolean()) turn.cancel(false)
              pending[thread] += turn
            }
            5 -> {
              val answer =
                bulkhead.callAsync(deadline) {
                  gauge.inside()
                  later.thenApplyAsync {}
                }
              if (random.nextBoolean()) answer.cancel(false)
              later.complete(Unit)
              pending[thread] += answer
            }
            6 -> bulkhead.resize(1 + random.nextInt(4))
            7 -> {
              val entry = bulkhead.tryEnter()
              if (entry != null) gauge.inside().also { entry.exit() }
            }
            else ->
              runCatching {
                  Thread.currentThread().interrupt()
                  bulkhead.call<Unit, Exception>(deadline) { gauge.inside() }
                }
                .also { Thread.interrupted() }
          }
        }
      }

      pending.flatten().forEach { runCatching { it.get(20, SECONDS) } }
      awaitUntil { bulkhead.snapshot().running() == 0 && bulkhead.snapshot().queued() == 0 }
      bulkhead.shouldBeWhole()
      gauge.most() shouldBeLessThanOrEqual 4
      answered.get() shouldBeGreaterThan 0
    }

    test("a coroutine that is cancelled in the moment of its resumption loses no slot") {
      val bulkhead = testBulkhead(Time.system()) { maxWait(Duration.ofSeconds(20)) }
      val called = AtomicInteger()

      runBlocking {
        repeat(5_000) {
          val slot = bulkhead.acquire()
          val waiter =
            launch(Dispatchers.Default) { bulkhead.withBulkhead { called.incrementAndGet() } }
          while (bulkhead.snapshot().queued() == 0) yield()
          val release = launch(Dispatchers.Default) { slot.close() }
          waiter.cancel()
          joinAll(waiter, release)
          check(bulkhead.snapshot().running() == 0) { "a slot was lost in round $it" }
        }
      }

      bulkhead.shouldBeWhole()
      called.get() shouldBeLessThanOrEqual 5_000
    }

    test("a future that is cancelled in the moment of the hand-over strands nobody behind it") {
      val bulkhead = testBulkhead(Time.system()) { maxWait(Duration.ofSeconds(20)) }

      repeat(5_000) {
        val slot = bulkhead.acquire()
        val cancelled = bulkhead.acquireAsync()
        val next = bulkhead.acquireAsync()
        val both = CountDownLatch(1)
        val release =
          pool.submit {
            both.await()
            slot.close()
          }
        both.countDown()
        val gone = cancelled.cancel(false)
        if (!gone) cancelled.join().close()
        release.get(20, SECONDS)
        next.get(20, SECONDS).close()
        check(bulkhead.snapshot().running() == 0) { "a slot was lost in round $it" }
      }

      bulkhead.shouldBeWhole()
    }

    test("a thread that is interrupted in the moment of the hand-over strands nobody behind it") {
      val bulkhead = testBulkhead(Time.system()) { maxWait(Duration.ofSeconds(20)) }

      repeat(2_000) {
        val slot = bulkhead.acquire()
        val thread = CompletableFuture<Thread>()
        val interrupted =
          pool.submit {
            thread.complete(Thread.currentThread())
            runCatching { bulkhead.acquire().close() }
            Thread.interrupted()
          }
        awaitUntil { bulkhead.snapshot().queued() == 1 }
        val next = bulkhead.acquireAsync()
        val release = pool.submit(slot::close)
        thread.join().interrupt()
        release.get(20, SECONDS)
        interrupted.get(20, SECONDS)
        next.get(20, SECONDS).close()
        check(bulkhead.snapshot().running() == 0) { "a slot was lost in round $it" }
      }

      bulkhead.shouldBeWhole()
    }

    test("a wait that ends in the moment of the hand-over is a slot or a refusal, never both") {
      val bulkhead = testBulkhead(Time.system()) { maxWait(Duration.ofNanos(20_000)) }
      val slots = AtomicInteger()
      val refused = AtomicInteger()
      val rounds = 3_000

      race {
        repeat(rounds) {
          try {
            bulkhead.acquire().use { slots.incrementAndGet() }
          } catch (full: BulkheadFullException) {
            refused.incrementAndGet()
          }
        }
      }

      slots.get() + refused.get() shouldBe threads * rounds
      bulkhead.snapshot().rejected() shouldBe refused.get()
      bulkhead.shouldBeWhole()
    }

    test("callers of all faces who wait long enough are all served, whatever the limit does") {
      val bulkhead =
        testBulkhead(Time.system()) { maxQueue(100_000).maxWait(Duration.ofSeconds(20)) }
      val gauge = Gauge()
      val served = AtomicInteger()
      val job = Job()
      val scope = CoroutineScope(Dispatchers.Default + job)
      val rounds = 1_000
      val pending = List(threads) { mutableListOf<CompletableFuture<*>>() }

      race { thread ->
        val random = Random(thread)
        repeat(rounds) {
          when (it % 4) {
            0 ->
              bulkhead.call<Unit, Exception> {
                gauge.inside()
                served.incrementAndGet()
              }
            1 ->
              pending[thread] +=
                bulkhead.callAsync {
                  gauge.inside()
                  CompletableFuture.completedFuture(served.incrementAndGet())
                }
            2 ->
              scope.launch {
                bulkhead.withBulkhead {
                  gauge.inside()
                  served.incrementAndGet()
                }
              }
            else -> {
              bulkhead.resize(1 + random.nextInt(3))
              served.incrementAndGet()
            }
          }
        }
      }

      pending.flatten().forEach { it.get(20, SECONDS) }
      runBlocking { joinAll(*job.children.toList().toTypedArray()) }
      served.get() shouldBe threads * rounds
      gauge.most() shouldBeLessThanOrEqual 3
      bulkhead.snapshot().rejected() shouldBe 0
      bulkhead.shouldBeWhole()
    }
  })
