package dev.holdfast.stream

import dev.holdfast.bulkhead.awaitUntil
import dev.holdfast.outcome.FailureClass.OVERLOADED
import dev.holdfast.outcome.StreamInterruptedException
import dev.holdfast.plan.CallRecord
import dev.holdfast.plan.CallRecord.Ending
import dev.holdfast.scenarioResilience
import dev.holdfast.testing.Fault
import dev.holdfast.testing.FaultClassifier
import dev.holdfast.testing.Threads
import dev.holdfast.testkit.ManualTime
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.ints.shouldBeLessThanOrEqual
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeInstanceOf
import java.time.Duration
import java.util.concurrent.CompletableFuture
import java.util.concurrent.Flow.Publisher
import java.util.concurrent.Flow.Subscriber
import java.util.concurrent.Flow.Subscription
import java.util.concurrent.TimeUnit.SECONDS
import java.util.concurrent.atomic.AtomicInteger

/** Calls whose streams are shared by subscribers. */
class SharedCallsTest :
  FunSpec({
    class Fixture {
      val time = ManualTime()
      val records = mutableListOf<CallRecord>()
      val sources = mutableListOf<Manual>()
      val shared = SharedPublishers.create<String>()
      private val resilience =
        scenarioResilience(time) { classifier(FaultClassifier) }.apply { onCall { records += it } }

      fun reader() =
        Reader(shared.share("key", resilience.publisher { Manual().also { sources += it } }))
    }

    test("one call answers all who ask the same, with one record, whoever fell back") {
      with(Fixture()) {
        val first = reader().wants(9)
        sources[0].fail(Fault(OVERLOADED))
        time.advance(Duration.ofSeconds(1))
        sources[1].send("one")
        val late = reader().wants(9)
        sources[1].complete()

        listOf(first, late).forEach { it.told shouldContainExactly listOf("one", "complete") }
        records.single().ending shouldBe Ending.ANSWERED
        records.single().attempts.size shouldBe 2
      }
    }

    test("an interruption has the record of the one call, for all") {
      with(Fixture()) {
        val all = List(2) { reader().wants(9) }
        sources.single().send("one")
        sources.single().fail(Fault(OVERLOADED))

        all.forEach {
          val failure = it.failure.shouldBeInstanceOf<StreamInterruptedException>()
          CallRecord.of(failure) shouldBe records.single()
        }
      }
    }

    test("the call is cancelled with the last who leaves") {
      with(Fixture()) {
        val all = List(2) { reader().wants(9) }
        all[0].leave()
        records.size shouldBe 0
        all[1].leave()

        records.single().ending shouldBe Ending.CANCELLED
        sources.single().cancelled shouldBe 1
        time.scheduled() shouldBe 0
      }
    }

    test("subscribers on many threads get every item, and nothing stays in flight") {
      val shared = SharedPublishers.keeping<Int>(8)
      val started = AtomicInteger()
      val upstream = Publisher { subscriber ->
        started.incrementAndGet()
        Counting(subscriber).begin()
      }
      Threads(8).use { threads ->
        val counts =
          threads.race { number ->
            List(50) {
              val reading = Taking(if (number % 2 == 0) 20 else Counting.COUNT)
              shared.share("key", upstream).subscribe(reading)
              reading.seen.get(20, SECONDS)
            }
          }

        counts.forEachIndexed { number, lists ->
          val count = if (number % 2 == 0) 20 else Counting.COUNT
          lists.forEach { it shouldContainExactly List(count) { item -> item } }
        }
      }
      started.get() shouldBeLessThanOrEqual 400
      awaitUntil { shared.inFlight() == 0 }
    }
  })

/** Sends the numbers from 0 on as they are requested, on the threads that request them. */
private class Counting(private val to: Subscriber<in Int>) : Subscription {
  private val demand = AtomicInteger()
  private var next = 0
  @Volatile private var isOver = false

  fun begin(): Unit = to.onSubscribe(this)

  override fun request(items: Long) {
    if (demand.getAndAdd(items.toInt()) > 0) return
    do {
      if (!isOver) to.onNext(next++)
      if (next == COUNT && !isOver) {
        isOver = true
        to.onComplete()
      }
    } while (demand.decrementAndGet() > 0)
  }

  override fun cancel() {
    isOver = true
  }

  companion object {
    const val COUNT = 100
  }
}

/** Takes so many items, three at a time. */
private class Taking(private val count: Int) : Subscriber<Int> {
  private lateinit var subscription: Subscription
  private val items = mutableListOf<Int>()
  val seen = CompletableFuture<List<Int>>()

  override fun onSubscribe(given: Subscription) {
    subscription = given
    given.request(3)
  }

  override fun onNext(item: Int) {
    items += item
    if (items.size == count) {
      subscription.cancel()
      seen.complete(items)
    } else if (items.size % 3 == 0) {
      subscription.request(3)
    }
  }

  override fun onError(thrown: Throwable) {
    seen.completeExceptionally(thrown)
  }

  override fun onComplete() {
    seen.complete(items)
  }
}
