package dev.holdfast.bulkhead

import io.kotest.core.spec.style.FunSpec
import java.util.concurrent.atomic.AtomicInteger
import org.jetbrains.kotlinx.lincheck.CTestConfiguration
import org.jetbrains.kotlinx.lincheck.Options
import org.jetbrains.kotlinx.lincheck.annotations.Operation
import org.jetbrains.kotlinx.lincheck.annotations.Param
import org.jetbrains.kotlinx.lincheck.annotations.Validate
import org.jetbrains.kotlinx.lincheck.check
import org.jetbrains.kotlinx.lincheck.paramgen.IntGen
import org.jetbrains.kotlinx.lincheck.paramgen.ThreadIdGen
import org.jetbrains.kotlinx.lincheck.strategy.managed.modelchecking.ModelCheckingOptions
import org.jetbrains.kotlinx.lincheck.strategy.stress.StressOptions
import org.jetbrains.kotlinx.lincheck.verifier.EpsilonVerifier

/**
 * What a bulkhead decides without waiting, as operations that must look atomic. Each thread has
 * slots and waiters of its own; a waiter that cannot leave the line has been handed a slot.
 */
@Param(name = "thread", gen = ThreadIdGen::class)
@Param(name = "limit", gen = IntGen::class, conf = "1:3")
class SlotsOperations {
  private val slots = Slots(1, 2)
  private val taken = IntArray(THREADS + 2)
  private val waiting = Array(THREADS + 2) { ArrayDeque<Waiter>() }

  @Operation
  fun enter(@Param(name = "thread") thread: Int): Boolean =
    slots.tryEnter().also { if (it) taken[thread]++ }

  @Operation
  fun join(@Param(name = "thread") thread: Int): String {
    val waiter = SilentWaiter()
    val joined = slots.join(waiter)
    when (joined) {
      Joined.ENTERED -> taken[thread]++
      Joined.QUEUED -> waiting[thread].add(waiter)
      Joined.REFUSED -> {}
    }
    return joined.name
  }

  @Operation
  fun leave(@Param(name = "thread") thread: Int): Boolean? {
    val waiter = waiting[thread].removeFirstOrNull() ?: return null
    return slots.leave(waiter).also { if (!it) taken[thread]++ }
  }

  @Operation
  fun exit(@Param(name = "thread") thread: Int): Boolean {
    if (taken[thread] == 0) return false
    taken[thread]--
    slots.exit()
    return true
  }

  @Operation fun resize(@Param(name = "limit") limit: Int) = slots.resize(limit)

  companion object {
    const val THREADS = 2
  }
}

/**
 * Callers of whom some exit without having entered. Who meets such an exit may be refused for
 * nothing, so this does not look atomic; but in the end the books must be right.
 */
class MisusedSlots {
  private val slots = Slots(1, 2)
  private val entered = AtomicInteger()
  private val exited = AtomicInteger()

  @Operation
  fun enter() {
    if (slots.tryEnter()) entered.incrementAndGet()
  }

  @Operation
  fun join() {
    val waiter =
      object : Waiter() {
        override fun granted() {
          entered.incrementAndGet()
        }
      }
    if (slots.join(waiter) == Joined.ENTERED) entered.incrementAndGet()
  }

  @Operation
  fun exit() {
    try {
      slots.exit()
      exited.incrementAndGet()
    } catch (tooMany: IllegalStateException) {}
  }

  @Validate
  fun noMoreThanTheLimitIsInsideAndNobodyWaitsForNothing() {
    val now = slots.occupancy()
    check(now.limit == 1) { now }
    check(now.running == entered.get() - exited.get() && now.running in 0..1) { now }
    check(now.queued == 0 || now.running == 1) { now }
  }
}

private class SilentWaiter : Waiter() {
  override fun granted() {}
}

/**
 * Lincheck's own scheduler does not see the locks of a JDK that is newer than Lincheck, and hangs
 * in them. There the operations meet on real threads.
 */
class SlotsLincheckTest :
  FunSpec({
    test("entering, waiting, leaving and resizing look atomic in every interleaving tried").config(
      enabled = knowsLocks
    ) {
      ModelCheckingOptions().small().invocationsPerIteration(80).check(SlotsOperations::class)
    }

    test("entering, waiting, leaving and resizing look atomic on real threads").config(
      enabled = !knowsLocks
    ) {
      StressOptions().small().invocationsPerIteration(200).check(SlotsOperations::class)
    }

    test("an exit too many neither gives nor takes a slot in any interleaving tried").config(
      enabled = knowsLocks
    ) {
      ModelCheckingOptions()
        .iterations(0)
        .invocationsPerIteration(2_000)
        .addCustomScenario {
          parallel {
            thread { actor(MisusedSlots::exit) }
            thread {
              actor(MisusedSlots::enter)
              actor(MisusedSlots::join)
            }
          }
        }
        .verifier(EpsilonVerifier::class.java)
        .check(MisusedSlots::class)
    }
  })

private val knowsLocks = Runtime.version().feature() <= 21

private fun <O : Options<O, C>, C : CTestConfiguration> O.small(): O =
  threads(SlotsOperations.THREADS).actorsBefore(2).actorsPerThread(3).actorsAfter(1).iterations(8)
