package dev.holdfast.breaker

import dev.holdfast.breaker.CircuitBreaker.State.CLOSED
import dev.holdfast.breaker.CircuitBreaker.State.HALF_OPEN
import dev.holdfast.breaker.CircuitBreaker.State.OPEN
import dev.holdfast.testing.Threads
import dev.holdfast.testing.recordTransitions
import dev.holdfast.testing.testBreaker
import dev.holdfast.testing.trip
import dev.holdfast.testing.tripAndWait
import dev.holdfast.testkit.ManualTime
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.ints.shouldBeLessThan
import io.kotest.matchers.longs.shouldBeGreaterThan
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeSameInstanceAs
import java.time.Duration
import java.util.concurrent.CompletableFuture
import java.util.concurrent.CountDownLatch
import java.util.concurrent.TimeUnit.SECONDS
import java.util.concurrent.atomic.AtomicInteger

class BreakerRaceTest :
  FunSpec({
    val threads = autoClose(Threads())
    val wait = Duration.ofSeconds(10)

    listOf(1, 3).forEach { places ->
      test("threads that meet at the end of OPEN get exactly $places probes, every time") {
        val time = ManualTime()
        val breaker = testBreaker(time) { permittedCallsInHalfOpenState(places) }
        val transitions = breaker.recordTransitions()
        val rounds = 1500
        breaker.trip()

        val admitted =
          List(rounds) {
            time.advance(wait)
            val permits = threads.race { breaker.tryAcquire() }.filterNotNull()
            permits.first().failure()
            permits.size
          }

        admitted.toSet() shouldContainExactly setOf(places)
        breaker.snapshot().rejected() shouldBe rounds.toLong() * (threads.count - places)
        transitions.map { it.generation() } shouldContainExactly (1L..(1 + 2L * rounds)).toList()
      }
    }

    test("one transition is told for each that happens, and one rejection for each refusal") {
      val time = ManualTime()
      val breaker = testBreaker(time)
      val transitions = breaker.recordTransitions()
      val rejections = AtomicInteger()
      breaker.onRejection { rejections.incrementAndGet() }

      val refused =
        List(2000) { round ->
            time.advance(wait)
            threads.race { number ->
              val permit = breaker.tryAcquire()
              if ((round + number) % 5 == 0) permit?.success() else permit?.failure()
              if (permit == null) 1 else 0
            }
          }
          .flatten()
          .sum()

      transitions.size.toLong() shouldBe breaker.snapshot().generation()
      transitions.size.toLong() shouldBeGreaterThan 1000
      transitions.map { it.generation() } shouldContainExactly (1L..transitions.size).toList()
      transitions.zipWithNext().forEach { (one, next) -> next.from() shouldBe one.to() }
      rejections.get() shouldBe refused
      breaker.snapshot().rejected() shouldBe refused.toLong()
    }

    test("threads that fail together open the breaker once") {
      repeat(1000) {
        val breaker = testBreaker { failureThreshold(threads.count) }
        val permits = List(threads.count) { breaker.acquire() }

        threads.race { permits[it].failure() }

        breaker.state() shouldBe OPEN
        breaker.snapshot().generation() shouldBe 1
        breaker.failures() shouldBe threads.count
      }
    }

    test("of a probe's success and another one's failure exactly one decides") {
      val time = ManualTime()
      repeat(1000) {
        val breaker = testBreaker(time) { permittedCallsInHalfOpenState(2) }
        breaker.tripAndWait(time)
        val probes = List(2) { breaker.acquire() }

        threads.race {
          when (it) {
            0 -> probes[0].success()
            1 -> probes[1].failure()
            else -> false
          }
        }

        breaker.snapshot().generation() shouldBe 3
        breaker.snapshot().staleResults() shouldBe 1
      }
    }

    test("a permit that many threads settle is settled by one of them") {
      val time = ManualTime()
      val breaker = testBreaker(time) { successThreshold(1000) }
      breaker.tripAndWait(time)

      repeat(500) {
        val permit = breaker.acquire()
        threads.race { permit.success() }.count { it } shouldBe 1
      }

      breaker.state() shouldBe HALF_OPEN
    }

    test("places of probes are neither lost nor doubled when threads take and give them back") {
      val time = ManualTime()
      val breaker = testBreaker(time) { permittedCallsInHalfOpenState(2) }
      breaker.tripAndWait(time)
      val out = AtomicInteger()

      val most =
        threads.race {
          (1..3000).maxOf {
            val permit = breaker.tryAcquire()
            val now = if (permit == null) 0 else out.incrementAndGet()
            if (permit != null) out.decrementAndGet()
            permit?.close()
            now
          }
        }

      most.max() shouldBeLessThan 3
      List(2) { breaker.tryAcquire() }.filterNotNull().size shouldBe 2
    }

    test("a slow listener hears the transitions one at a time and in order, and holds nobody up") {
      val time = ManualTime()
      val breaker = testBreaker(time)
      val heard = mutableListOf<Long>()
      val inListener = AtomicInteger()
      val mostInListener = AtomicInteger()
      val entered = CountDownLatch(1)
      val goOn = CountDownLatch(1)
      breaker.onTransition {
        mostInListener.accumulateAndGet(inListener.incrementAndGet(), ::maxOf)
        entered.countDown()
        goOn.await(20, SECONDS)
        heard += it.generation()
        inListener.decrementAndGet()
      }

      val slow = CompletableFuture.runAsync { breaker.trip() }
      entered.await(20, SECONDS)
      time.advance(wait)
      breaker.acquire().success()
      breaker.trip()
      breaker.snapshot().generation() shouldBe 4
      goOn.countDown()
      slow.get(20, SECONDS)

      heard shouldContainExactly listOf(1L, 2L, 3L, 4L)
      mostInListener.get() shouldBe 1
    }

    test("a listener that resets loses no transition while other threads make more") {
      val breaker = testBreaker { failureThreshold(1) }
      val heard = mutableListOf<StateTransition>()
      breaker.onTransition {
        heard += it
        if (it.to() == OPEN) breaker.reset()
      }

      threads.race { repeat(1000) { breaker.tryAcquire()?.failure() } }

      breaker.state() shouldBe CLOSED
      heard.map { it.generation() } shouldContainExactly
        (1..breaker.snapshot().generation()).toList()
    }

    test("a listener removed during a storm of events hears nothing from then on") {
      val breaker = testBreaker { failureThreshold(1) }
      val heard = AtomicInteger()
      val subscription = breaker.onTransition { heard.incrementAndGet() }

      threads.race { number ->
        repeat(200) {
          breaker.tryAcquire()?.failure()
          breaker.reset()
        }
        if (number == 0) subscription.close()
      }
      val afterwards = heard.get()
      breaker.trip()

      heard.get() shouldBe afterwards
    }

    test("threads that ask a registry first for a name all get one breaker") {
      repeat(500) {
        val breakers = CircuitBreakers.ofDefaults()

        val found = threads.race { breakers.breaker("sonnet") }

        found.forEach { it shouldBeSameInstanceAs found.first() }
      }
    }

    test("threads that ask first for a companion all get one") {
      repeat(500) {
        val breaker = testBreaker()

        val found =
          threads.race { breaker.companion(StringBuilder::class.java) { StringBuilder() } }

        found.forEach { it shouldBeSameInstanceAs found.first() }
      }
    }

    test("an answer and a cancellation in the same instant settle the permit once") {
      val time = ManualTime()
      repeat(1000) {
        val breaker = testBreaker(time) { permittedCallsInHalfOpenState(2) }
        breaker.tripAndWait(time)
        val source = CompletableFuture<String>()
        val answer = breaker.callAsync { source }

        threads.race {
          when (it) {
            0 -> source.complete("answer")
            1 -> answer.cancel(true)
            else -> false
          }
        }

        breaker.snapshot().staleResults() shouldBe 0
        val free = breaker.state() == CLOSED || breaker.retryAfter() == Duration.ZERO
        free shouldBe true
      }
    }
  })
