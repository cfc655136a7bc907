package dev.holdfast.benchmarks.peers

import dev.holdfast.benchmarks.peers.State.CLOSED
import dev.holdfast.benchmarks.peers.State.HALF_OPEN
import dev.holdfast.benchmarks.peers.State.OPEN
import java.util.concurrent.CompletableFuture
import kotlin.time.Duration.Companion.milliseconds
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withTimeout

/** What was seen of a library, and whether it is [right]; null if it has nothing of the kind. */
internal data class Verdict(val right: Boolean?, val seen: String)

/** Something that happens to calls, and how to look at what a library makes of it. */
internal class Situation(val name: String, private val look: suspend (Library) -> Verdict) {

  fun observe(library: Library): Verdict = runBlocking {
    try {
      look(library)
    } catch (missing: Missing) {
      Verdict(null, missing.message.orEmpty())
    }
  }
}

internal object Situations {

  val all: List<Situation> =
    listOf(
      Situation("The caller's coroutine is cancelled while its call is the probe") { library ->
        val guard = library.guard().apply { tripAndWait() }
        coroutineScope {
          val caller =
            launch(start = CoroutineStart.UNDISPATCHED) {
              guard.callSuspending { awaitCancellation() }
            }
          caller.cancel()
          caller.join()
        }
        place(guard)
      },
      Situation("The returned future is cancelled while its call is the probe") { library ->
        val guard = library.guard().apply { tripAndWait() }
        val source = CompletableFuture<String>()
        guard.callLater(source).cancel(true)
        val place = place(guard)
        val call = if (source.isCancelled) "call cancelled" else "call runs on"
        Verdict(place.right == true && source.isCancelled, "$call, ${place.seen}")
      },
      Situation("The probe throws an `Error`") { library ->
        val guard = library.guard().apply { tripAndWait() }
        runCatching { guard.call { throw AssertionError() } }
        failed(guard)
      },
      Situation("The probe fails and the predicate that judges it throws") { library ->
        var judging = false
        val guard =
          library.guard {
            check(!judging) { "a bug of the predicate" }
            true
          }
        guard.tripAndWait()
        judging = true
        val thrown = runCatching { guard.call { throw ModelDown() } }.exceptionOrNull()
        val kept = thrown is ModelDown
        val failed = failed(guard)
        val failure = if (kept) "failure reaches the caller" else "failure lost"
        Verdict(failed.right == true && kept, "$failure, ${failed.seen}")
      },
      Situation("The probe never returns (settings by default)") { library ->
        val guard = library.guard().apply { tripAndWait() }
        checkNotNull(guard.begin())
        guard.waitLong()
        val admitted = guard.admissions() > 0
        Verdict(
          admitted,
          if (admitted) "another probe gets its turn" else "stuck in ${guard.state()}",
        )
      },
      Situation("A success from before the outage arrives in HALF_OPEN") { library ->
        val guard = library.guard()
        val late = checkNotNull(guard.begin())
        guard.tripAndWait()
        val probe = checkNotNull(guard.begin())
        late.success()
        val state = guard.state()
        probe.failure()
        Verdict(state == HALF_OPEN, if (state == CLOSED) "closes the breaker" else "$state")
      },
      Situation("Failures from before the outage arrive after the recovery") { library ->
        val guard = library.guard()
        val late = List(Guard.FAILURES) { checkNotNull(guard.begin()) }
        guard.tripAndWait()
        checkNotNull(guard.begin()).success()
        check(guard.state() == CLOSED) { "expected CLOSED, but was ${guard.state()}" }
        late.forEach { it.failure() }
        val open = guard.state() == OPEN
        Verdict(!open, if (open) "open the recovered breaker" else "${guard.state()}")
      },
      Situation("One permit is given back six times (2 places in HALF_OPEN)") { library ->
        val guard = library.guard(probes = 2).apply { tripAndWait() }
        guard.release(times = 6)
        admitted(guard, 2)
      },
      Situation("Ten calls come in HALF_OPEN (3 places)") { library ->
        val guard =
          try {
            library.guard(probes = 3)
          } catch (_: Missing) {
            return@Situation admitted(library.guard().apply { tripAndWait() }, 1)
          }
        admitted(guard.apply { tripAndWait() }, 3)
      },
      Situation("Calls run into `withTimeout` in a coroutine, one after the other") { library ->
        val guard = library.guard()
        repeat(Guard.FAILURES) {
          runCatching {
              guard.callSuspending { withTimeout(1.milliseconds) { awaitCancellation() } }
            }
            .onFailure { if (it is Missing) throw it }
        }
        val open = guard.state() == OPEN
        Verdict(open, if (open) "count, the breaker opens" else "do not count, ${guard.state()}")
      },
      Situation("A flow with 3 attempts is collected three times") { library ->
        val attempts = library.attemptsOfCollections()
        Verdict(attempts.all { it == 3 }, attempts.joinToString(" + ") + " attempts")
      },
      Situation("A flow with retry fails after its second item") { library ->
        val items = library.itemsAroundFailure()
        Verdict(items == listOf(1, 2), "collector sees " + items.joinToString(", "))
      },
      Situation("Backoff at its cap, ±50 % jitter") { library ->
        val waits = library.waitsAtCap()
        val spread = waits.distinct().size > waits.size / 2
        val seen =
          when {
            waits.max() > 1 -> "exceeds the cap"
            spread -> "spread below the cap"
            else -> "all the same"
          }
        Verdict(spread && waits.max() <= 1, seen)
      },
      Situation("A coroutine that waits for the one bulkhead slot is cancelled") { library ->
        val free = library.slotAfterCancelledWaiter()
        Verdict(free, if (free) "slot free afterwards" else "slot lost")
      },
    )

  /** The probe says nothing about the model: its place, and no more, is free again. */
  private fun place(guard: Guard): Verdict {
    val state = guard.state()
    val places = guard.admissions()
    return Verdict(places == 1 && state != CLOSED, "$state, ${free(places)}")
  }

  /** The probe has failed, or at least its place is free again. */
  private fun failed(guard: Guard): Verdict =
    when (val state = guard.state()) {
      OPEN -> Verdict(true, "counts as a failure")
      CLOSED -> Verdict(false, "closes the breaker")
      HALF_OPEN -> {
        val places = guard.admissions()
        Verdict(places == 1, "$state, ${free(places)}")
      }
    }

  private fun free(places: Int) = if (places == 0) "no place free" else "place free"

  private fun admitted(guard: Guard, places: Int): Verdict {
    val admitted = guard.admissions()
    return Verdict(admitted == places, "$admitted admitted, $places allowed")
  }
}
