package dev.holdfast.breaker

import dev.holdfast.breaker.CircuitBreaker.State.CLOSED
import dev.holdfast.breaker.CircuitBreaker.State.HALF_OPEN
import dev.holdfast.breaker.CircuitBreaker.State.OPEN
import dev.holdfast.testing.recordTransitions
import dev.holdfast.testing.testBreaker
import dev.holdfast.testing.trip
import dev.holdfast.testing.tripAndWait
import dev.holdfast.testing.withLog
import dev.holdfast.testkit.ManualTime
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeSameInstanceAs
import io.kotest.matchers.types.shouldNotBeSameInstanceAs
import java.util.concurrent.TimeoutException
import java.util.logging.LogRecord

class BreakerEventsTest :
  FunSpec({
    test("a listener that throws changes nothing for the caller or for the other listeners") {
      val breaker = testBreaker()
      breaker.onTransition { error("listener") }
      breaker.onRejection { error("listener") }
      val transitions = breaker.recordTransitions()
      val thrown = TimeoutException()

      val caught =
        List(3) { runCatching { breaker.call<Unit, Exception> { throw thrown } }.exceptionOrNull() }
      val refused = runCatching { breaker.acquire() }.exceptionOrNull()

      caught.forEach { it shouldBeSameInstanceAs thrown }
      (refused is CircuitOpenException) shouldBe true
      transitions.map { it.to() } shouldContainExactly listOf(OPEN)
    }

    test("a listener that resets the breaker hears the transitions one after the other, in order") {
      val breaker = testBreaker()
      val heard = mutableListOf<String>()
      breaker.onTransition {
        heard += "enter ${it.to()}"
        if (it.to() == OPEN) breaker.reset()
        heard += "leave ${it.to()}"
      }
      val second = breaker.recordTransitions()

      breaker.trip()

      heard shouldContainExactly listOf("enter OPEN", "leave OPEN", "enter CLOSED", "leave CLOSED")
      second.map { it.generation() } shouldContainExactly listOf(1L, 2L)
      breaker.state() shouldBe CLOSED
    }

    test("listeners are told when the state has changed already") {
      val breaker = testBreaker()
      val seen = mutableListOf<CircuitBreaker.State>()
      breaker.onTransition { seen += breaker.state() }

      breaker.trip()

      seen shouldContainExactly listOf(OPEN)
    }

    test("a removed listener hears nothing") {
      val breaker = testBreaker()
      val transitions = mutableListOf<StateTransition>()
      val rejections = mutableListOf<CallRejection>()
      val subscriptions =
        listOf(breaker.onTransition(transitions::add), breaker.onRejection(rejections::add))

      subscriptions.forEach { it.close() }
      breaker.trip()
      breaker.tryAcquire()

      transitions.shouldBeEmpty()
      rejections.shouldBeEmpty()
    }

    test("each probe that gives back its place is told once") {
      val time = ManualTime()
      val breaker = testBreaker(time) { successThreshold(2) }
      val settled = mutableListOf<ProbeSettled>()
      breaker.onProbeSettled(settled::add)
      breaker.tripAndWait(time)

      breaker.acquire().close()
      breaker.acquire().success()
      breaker.acquire().failure()

      settled shouldContainExactly List(3) { ProbeSettled("sonnet", 2) }
    }

    test("each transition is logged with name, from, to, failures and wait") {
      val records = mutableListOf<LogRecord>()
      val time = ManualTime()
      val breaker = testBreaker(time)

      withLog("dev.holdfast.breaker", records::add) {
        breaker.tripAndWait(time)
        breaker.acquire().success()
      }

      records.map { "${it.level}: ${it.message}" } shouldContainExactly
        listOf(
          "WARNING: Circuit breaker 'sonnet' went from CLOSED to OPEN; failures: 3; " +
            "refuses calls for PT10S",
          "INFO: Circuit breaker 'sonnet' went from OPEN to HALF_OPEN; failures: 3; " +
            "refuses calls for PT0S",
          "INFO: Circuit breaker 'sonnet' went from HALF_OPEN to CLOSED; failures: 3; " +
            "refuses calls for PT0S",
        )
    }

    test("a companion is made once for each type, and each breaker has its own") {
      val breaker = testBreaker()
      val builder = breaker.companion(StringBuilder::class.java) { StringBuilder() }

      breaker.companion(StringBuilder::class.java) { error("made twice") } shouldBeSameInstanceAs
        builder
      breaker.companion(ArrayList::class.java) { ArrayList<String>() } shouldBe emptyList<String>()
      testBreaker().companion(StringBuilder::class.java) {
        StringBuilder()
      } shouldNotBeSameInstanceAs builder
    }

    test("a companion whose factory asks for another one does not lock itself out") {
      val breaker = testBreaker()

      breaker
        .companion(StringBuilder::class.java) {
          StringBuilder(breaker.companion(List::class.java) { listOf(1) }.toString())
        }
        .toString() shouldBe "[1]"
    }

    test("the state that refused is told, also when all the probes are out") {
      val time = ManualTime()
      val breaker = testBreaker(time)
      val states = mutableListOf<CircuitBreaker.State>()
      breaker.onRejection { states += it.state() }

      breaker.trip()
      breaker.tryAcquire()
      breaker.reset()
      breaker.tripAndWait(time)
      breaker.acquire()
      breaker.tryAcquire()

      states shouldContainExactly listOf(OPEN, HALF_OPEN)
    }
  })
