package dev.holdfast.situations

import dev.holdfast.situations.After.FAILURE
import dev.holdfast.situations.After.HELD
import dev.holdfast.situations.After.NO_OPINION
import dev.holdfast.situations.After.SUCCESS
import dev.holdfast.situations.Way.FUTURE
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import java.time.Duration
import java.util.concurrent.CancellationException
import java.util.concurrent.RejectedExecutionException
import java.util.concurrent.TimeoutException

/**
 * Everything that can happen to a call that is under way, through every face of every guard.
 * Wherever it leads, the one place is free again, and there is no second attempt.
 */
class SituationsTest :
  FunSpec({
    class Situation(
      val name: String,
      val verdict: (Way) -> After,
      val verdictOfRetry: (Way) -> After = verdict,
      val happen: Visit.(Way) -> Unit,
    )

    fun thrown(name: String, verdictOfRetry: After = FAILURE, thrown: (Way) -> Throwable) =
      Situation(name, { FAILURE }, { verdictOfRetry }) {
        guest.end.completeExceptionally(thrown(it))
      }

    fun Situation.verdict(guarding: Guarding, way: Way) =
      when (guarding) {
        Guarding.BREAKER -> verdict(way)
        Guarding.BULKHEAD -> NO_OPINION
        else -> verdictOfRetry(way)
      }

    val situations =
      listOf(
        Situation("it answers", { SUCCESS }) { guest.finish() },
        Situation("its caller gives up", { NO_OPINION }) { guest.cancel() },
        Situation("its caller gives up when it has the answer", { SUCCESS }) {
          guest.finish()
          guest.cancel()
        },
        Situation("a timeout around it", { if (it == FUTURE) FAILURE else NO_OPINION }) {
          timeOut()
        },
        thrown("a timeout inside it") { it.timeout() },
        thrown("a cancellation that is not its caller's") { CancellationException() },
        // A breaker counts whatever it is not told to leave out; a retry asks the classifier, for
        // whom an Error is the program's own.
        thrown("an Error", NO_OPINION) { AssertionError() },
        thrown("an Error of the machine", NO_OPINION) { OutOfMemoryError() },
        thrown("an executor that takes no more") { RejectedExecutionException() },
        thrown("predicates that throw") { Poison() },
      )

    Guarding.entries.forEach { guarding ->
      Way.entries.forEach { way ->
        fun begin(): Visit {
          val visit = Visit(guarding.make())
          way.send(visit)
          visit.guest.awaitStart()
          return visit
        }

        situations.forEach { situation ->
          test("$guarding $way: ${situation.name}") {
            val visit = begin()
            visit.guard.after() shouldBe HELD

            situation.happen(visit, way)

            visit.guest.awaitOutcome()
            visit.attempts.get() shouldBe 1
            visit.guard.time.scheduled() shouldBe 0
            visit.guard.after() shouldBe situation.verdict(guarding, way)
          }
        }

        listOf(true, false).forEach { succeeds ->
          test("$guarding $way: ${if (succeeds) "an answer" else "a failure"} too late") {
            val visit = begin()
            visit.guard.startAnew()

            if (succeeds) visit.guest.finish()
            else visit.guest.end.completeExceptionally(TimeoutException())

            visit.guest.awaitOutcome()
            visit.attempts.get() shouldBe 1
            visit.guard.stale() shouldBe if (guarding.remembers) 1 else 0
            visit.guard.after() shouldBe if (guarding.remembers) SUCCESS else NO_OPINION
          }
        }

        test("$guarding $way: it never reports, and then does") {
          val visit = begin()

          visit.guard.frees(Duration.ofSeconds(119)) shouldBe false
          visit.guard.frees(Duration.ofSeconds(1)) shouldBe guarding.remembers
          visit.guest.finish()

          visit.guard.stale() shouldBe if (guarding.remembers) 1 else 0
          visit.guard.after() shouldBe if (guarding.remembers) HELD else NO_OPINION
        }
      }
    }
  })
