package dev.holdfast

import dev.holdfast.bulkhead.BulkheadFullException
import dev.holdfast.coroutines.callSuspend
import dev.holdfast.coroutines.stream
import dev.holdfast.outcome.FailureClass
import dev.holdfast.plan.CallRecord
import dev.holdfast.plan.CallRecord.Ending
import dev.holdfast.testing.Fault
import dev.holdfast.testing.failure
import dev.holdfast.testkit.ManualTime
import dev.holdfast.time.ScheduledTask
import dev.holdfast.time.Time
import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeSameInstanceAs
import java.time.Duration
import java.util.concurrent.CompletableFuture
import java.util.concurrent.Flow.Publisher
import java.util.concurrent.Flow.Subscriber
import java.util.concurrent.Flow.Subscription
import kotlinx.coroutines.flow.flow
import kotlinx.coroutines.runBlocking

/** A clock that throws ends the call with what it throws, and the record says so. */
class BrokenClockTest :
  FunSpec({
    fun Resilience.recorded(): MutableList<CallRecord> =
      mutableListOf<CallRecord>().also { records -> onCall { records += it } }

    calls.forEach { (name, ask) ->
      test("$name: from whichever reading on the clock is broken, the call ends with that") {
        var wasWhole = false
        for (readings in 1..80) {
          val time = FailingTime()
          val resilience = scenarioResilience(time, configure = chat()).feature("chat")
          val records = resilience.recorded()
          // A model that is first asked for gets its breaker, which looks at the clock as well.
          listOf("a", "b").forEach { resilience.breakers().breaker(it) }
          time.left = readings

          val end =
            resilience.ask { model ->
              if (model == "a") throw Fault(FailureClass.UNKNOWN) else "answer"
            }

          withClue("broken after $readings readings") {
            if (end == null) wasWhole = true else end shouldBeSameInstanceAs time.broken
            val ending = if (end == null) Ending.ANSWERED else Ending.FAILED
            records.map { it.ending } shouldContainExactly listOf(ending)
            if (end != null) CallRecord.of(end) shouldBe records.single()
            resilience.slots() shouldBe "0 in use, 0 wait"
          }
        }
        wasWhole shouldBe true
      }

      test("$name: a bulkhead that refuses while the clock breaks ends the call with either") {
        for (readings in 1..20) {
          val time = FailingTime()
          val whole = scenarioResilience(time, configure = chat())
          val records = whole.recorded()
          whole.fill()
          whole.breakers().breaker("a")
          time.left = readings

          val end = whole.feature("chat").ask { "never" }.shouldNotBeNull()

          withClue("broken after $readings readings") {
            (end is BulkheadFullException) shouldBe (end !== time.broken)
            records.map { it.ending } shouldContainExactly listOf(Ending.FAILED)
            CallRecord.of(end) shouldBe records.single()
          }
        }
      }
    }

    calls
      .filterKeys { it in setOf("blocking", "futures", "publisher") }
      .forEach { (name, ask) ->
        test("$name: a clock that takes no timer ends the call, which was not cancelled") {
          val time = FailingTime(timers = false)
          val resilience = scenarioResilience(time)
          val records = resilience.recorded()

          resilience.ask { null } shouldBeSameInstanceAs time.broken

          records.map { it.ending } shouldContainExactly listOf(Ending.FAILED)
          resilience.counts().single().failures() shouldBe 1
          CallRecord.of(time.broken) shouldBe records.single()
        }
      }
  })

/** Can be read so often as is left, and then never again. */
private class FailingTime(
  private val timers: Boolean = true,
  private val manual: ManualTime = ManualTime(),
) : Time by manual {
  val broken = Broken(0)
  var left = Int.MAX_VALUE

  override fun nanoTime(): Long = if (left-- > 0) manual.nanoTime() else throw broken

  override fun schedule(delay: Duration, task: Runnable): ScheduledTask =
    if (timers) manual.schedule(delay, task) else throw broken
}

/** Not like others, so that no coroutine makes a copy of it. */
private class Broken(code: Int) : Exception("broken, code $code")

/** Asks in the way of one face, with attempts that answer at once, or not at all if by null. */
private val calls =
  mapOf<String, Resilience.((String) -> String?) -> Throwable?>(
    "blocking" to
      { attempt ->
        runCatching { call<String?, Exception> { attempt(it.model) } }.exceptionOrNull()
      },
    "futures" to
      { attempt ->
        callAsync { asked ->
            CompletableFuture<String>().apply {
              runCatching { attempt(asked.model) }
                .fold({ if (it != null) complete(it) }, ::completeExceptionally)
            }
          }
          .failure()
      },
    "suspend" to
      { attempt ->
        runCatching { runBlocking { callSuspend { attempt(it.model) } } }.exceptionOrNull()
      },
    "flow" to
      { attempt ->
        runCatching { runBlocking { stream { flow { emit(attempt(it.model)) } }.collect {} } }
          .exceptionOrNull()
      },
    "publisher" to
      { attempt ->
        val end = CompletableFuture<Unit>()
        publisher<String> { asked ->
            Publisher { it.onSubscribe(Once(it) { attempt(asked.model) }) }
          }
          .subscribe(End(end))
        end.failure()
      },
  )

/** Sends what there is when it is first asked. */
private class Once(private val to: Subscriber<in String>, private val attempt: () -> String?) :
  Subscription {
  private var isAsked = false

  override fun request(items: Long) {
    if (isAsked) return
    isAsked = true
    runCatching(attempt)
      .onSuccess {
        if (it != null) {
          to.onNext(it)
          to.onComplete()
        }
      }
      .onFailure(to::onError)
  }

  override fun cancel() {}
}

/** Wants everything, and tells the end. */
private class End(private val end: CompletableFuture<Unit>) : Subscriber<String> {
  override fun onSubscribe(given: Subscription): Unit = given.request(Long.MAX_VALUE)

  override fun onNext(item: String) {}

  override fun onError(thrown: Throwable) {
    end.completeExceptionally(thrown)
  }

  override fun onComplete() {
    end.complete(Unit)
  }
}
