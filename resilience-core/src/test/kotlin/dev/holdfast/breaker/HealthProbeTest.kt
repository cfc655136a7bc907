package dev.holdfast.breaker

import dev.holdfast.breaker.CircuitBreaker.State.CLOSED
import dev.holdfast.breaker.CircuitBreaker.State.FORCED_OPEN
import dev.holdfast.breaker.CircuitBreaker.State.HALF_OPEN
import dev.holdfast.breaker.CircuitBreaker.State.OPEN
import dev.holdfast.testing.Threads
import dev.holdfast.testing.recordTransitions
import dev.holdfast.testing.trip
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.datatest.withData
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import io.kotest.matchers.throwable.shouldHaveMessage
import java.io.IOException
import java.time.Duration
import java.util.concurrent.CompletableFuture
import java.util.concurrent.CompletionStage
import java.util.function.BiConsumer

class HealthProbeTest :
  FunSpec({
    val threads = autoClose(Threads(2))
    val failed = CompletableFuture.failedFuture<Any?>(IOException())
    fun seconds(vararg counts: Long) = counts.map(Duration::ofSeconds)

    test("a probe that succeeds closes the breaker, as a transition that is told") {
      val probed = Probed()
      val transitions = probed.breaker.recordTransitions()
      probed.breaker.trip()
      probed.seconds(2)

      probed.probes.single().complete("pong")

      probed.breaker.state() shouldBe CLOSED
      transitions.map { it.from() to it.to() } shouldContainExactly
        listOf(CLOSED to OPEN, OPEN to CLOSED)
      probed.time.scheduled() shouldBe 0
    }

    test("while no breaker is open nothing runs, and no probe is made") {
      val probed = Probed()
      repeat(2) { probed.breaker.acquire().failure() }

      probed.time.scheduled() shouldBe 0
      probed.seconds(60)

      probed.at shouldBe emptyList()
    }

    context(
      "a probe that fails leaves the breaker open for no longer than before, and is repeated"
    ) {
      withData<(CompletableFuture<Any?>) -> CompletionStage<*>>(
        mapOf(
          "by its stage" to { failed },
          "by throwing" to { throw IOException() },
          "by an Error" to { throw StackOverflowError() },
          "by having no stage" to { nothing() },
          "by a stage that cannot be listened to" to { NoListeners() },
        )
      ) { answer ->
        val probed = Probed(answer = answer)
        probed.breaker.trip()

        probed.seconds(9)

        probed.at shouldBe seconds(2, 4, 6, 8)
        probed.breaker.state() shouldBe OPEN
        probed.breaker.retryAfter() shouldBe Duration.ofSeconds(1)
        probed.seconds(1)
        probed.breaker.state() shouldBe HALF_OPEN
      }
    }

    test("one probe at a time: the next begins an interval after the last has ended") {
      val probed = Probed()
      probed.breaker.trip()
      probed.seconds(5)
      probed.at shouldBe seconds(2)

      probed.probes[0].completeExceptionally(IOException())
      probed.seconds(3)

      probed.at shouldBe seconds(2, 7)
    }

    test("a probe that hangs is cancelled by its timeout, and has failed") {
      val probed = Probed(configure = { it.withInterval(sec(2)).withTimeout(sec(3)) })
      probed.breaker.trip()

      probed.seconds(5)

      (probed.probes[0] as Deaf).wasCancelled shouldBe true
      probed.breaker.state() shouldBe OPEN
      probed.seconds(2)
      probed.at shouldBe seconds(2, 7)
      probed.probes[0].complete("too late")
      probed.breaker.state() shouldBe OPEN
    }

    test("by default it is made at each third of the wait, at the last if nobody came before") {
      val probed = Probed(configure = { it }, answer = { failed })
      probed.opensFor(30)

      probed.seconds(300)

      probed.at shouldBe seconds(10, 20, 30)
      probed.time.scheduled() shouldBe 0
    }

    test("by default it is made at most once a second") {
      val probed = Probed(configure = { it }, answer = { failed })
      probed.opensFor(2)

      probed.seconds(300)

      probed.at shouldBe seconds(1, 2)
    }

    test("the last probe of an opening may close it while nobody has asked the breaker") {
      val probed = Probed(configure = { it.withInterval(sec(10)) })
      probed.breaker.trip()
      probed.seconds(60)

      probed.probes.single().complete("pong")

      probed.breaker.state() shouldBe CLOSED
    }

    context("nothing goes on after the breaker has left the opening") {
      withData<Pair<String, (Probed) -> Unit>>(
        { it.first },
        "by a reset" to { it.breaker.reset() },
        "by force" to { it.breaker.forceOpen() },
        "by being disabled" to { it.breaker.disable() },
        "by a dry run" to { it.breaker.metricsOnly() },
        "because the registry removed it" to { it.registry.remove("sonnet") },
      ) { (_, leave) ->
        listOf(1L, 3L).forEach { moment ->
          val probed = Probed()
          probed.breaker.trip()
          probed.seconds(moment)
          val made = probed.at.size

          leave(probed)

          probed.time.scheduled() shouldBe 0
          probed.probes.all { (it as Deaf).wasCancelled } shouldBe true
          probed.seconds(60)
          probed.at.size shouldBe made
        }
      }
    }

    test("a success is too late when a call has come to be the probe") {
      val probed = Probed()
      probed.breaker.trip()
      probed.seconds(9)
      probed.seconds(1)
      val call = probed.breaker.acquire()

      probed.probes.single().complete("pong")

      probed.breaker.state() shouldBe HALF_OPEN
      probed.time.scheduled() shouldBe 0
      call.success()
      probed.breaker.state() shouldBe CLOSED
    }

    test(
      "a success of an earlier opening does not close a later one, which has probes of its own"
    ) {
      val probed = Probed()
      probed.breaker.trip()
      probed.seconds(2)
      probed.breaker.reset()
      probed.breaker.trip()

      probed.probes[0].complete("pong")

      probed.breaker.state() shouldBe OPEN
      probed.seconds(2)
      probed.probes[1].complete("pong")
      probed.breaker.state() shouldBe CLOSED
    }

    test("a success that is told while the breaker is forced open changes nothing") {
      val probed = Probed()
      probed.breaker.trip()
      probed.seconds(2)
      probed.breaker.forceOpen()

      probed.probes[0].complete("pong")

      probed.breaker.state() shouldBe FORCED_OPEN
    }

    test("a breaker that was removed is not probed when it opens") {
      val probed = Probed()
      probed.registry.remove("sonnet")

      probed.breaker.trip()

      probed.time.scheduled() shouldBe 0
    }

    context(
      "of a success and another end at the same moment, one wins and both are told in order"
    ) {
      withData<Pair<String, Pair<(CircuitBreaker) -> Unit, CircuitBreaker.State>>>(
        { it.first },
        "a reset" to (CircuitBreaker::reset to CLOSED),
        "force" to (CircuitBreaker::forceOpen to FORCED_OPEN),
      ) { (_, race) ->
        val (leave, expected) = race
        repeat(500) {
          val probed = Probed()
          val transitions = probed.breaker.recordTransitions()
          probed.breaker.trip()
          probed.seconds(2)

          threads.race { if (it == 0) probed.probes[0].complete("pong") else leave(probed.breaker) }

          probed.breaker.state() shouldBe expected
          transitions.zipWithNext().all { (a, b) -> a.to() == b.from() } shouldBe true
          transitions.count { it.from() == OPEN } shouldBe 1
          probed.time.scheduled() shouldBe 0
        }
      }
    }

    test("settings that cannot be are refused") {
      shouldThrow<IllegalArgumentException> { HealthProbe.of { failed }.withTimeout(Duration.ZERO) }
        .shouldHaveMessage("timeout must be positive, but was PT0S")
      shouldThrow<IllegalArgumentException> { HealthProbe.of { failed }.withInterval(sec(-1)) }
        .shouldHaveMessage("interval must be positive, but was PT-1S")
      val probe = HealthProbe.of { failed }
      shouldThrow<IllegalArgumentException> {
          CircuitBreakers.builder().healthProbe("a", probe).healthProbe("a", probe)
        }
        .shouldHaveMessage("name must have one health probe, but 'a' was given another")
    }
  })

private fun sec(count: Long): Duration = Duration.ofSeconds(count)

/** Null, as Java code may return it where it must not. */
@Suppress("UNCHECKED_CAST") private fun <T> nothing(): T = null as T

/** A stage that is broken itself. */
private class NoListeners : CompletableFuture<Any?>() {
  override fun whenComplete(action: BiConsumer<in Any?, in Throwable>): CompletableFuture<Any?> =
    throw UnsupportedOperationException()
}
