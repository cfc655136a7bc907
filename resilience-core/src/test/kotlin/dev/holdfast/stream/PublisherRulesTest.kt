package dev.holdfast.stream

import dev.holdfast.Resilience
import dev.holdfast.outcome.FailureClass.OVERLOADED
import dev.holdfast.plan.CallRecord
import dev.holdfast.plan.CallRecord.Ending
import dev.holdfast.scenarioResilience
import dev.holdfast.testing.Fault
import dev.holdfast.testkit.ManualTime
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import io.kotest.matchers.throwable.shouldHaveMessage
import java.time.Duration
import java.util.concurrent.Flow.Publisher
import java.util.concurrent.Flow.Subscriber
import java.util.concurrent.Flow.Subscription

/** The rules of reactive streams, and what others make of them. */
class PublisherRulesTest :
  FunSpec({
    val time = ManualTime()
    val records = mutableListOf<CallRecord>()
    lateinit var resilience: Resilience

    beforeTest {
      records.clear()
      resilience = scenarioResilience(time).withChain(listOf("b"))
      resilience.onCall { records += it }
    }

    fun stream(source: (Subscriber<in String>) -> Subscription): Publisher<String> =
      resilience.publisher { Publisher { it.onSubscribe(source(it)) } }

    /** A source that sends nothing by itself. */
    class Idle : Subscription {
      val requested = mutableListOf<Long>()
      var cancelled = 0

      override fun request(items: Long) {
        requested += items
      }

      override fun cancel() {
        cancelled++
      }
    }

    test("the call begins with the first request, and its source is asked for as many") {
      val idle = Idle()
      lateinit var source: Subscriber<in String>
      var asked = 0
      val stream = stream {
        asked++
        source = it
        idle
      }
      val seen = Seen().also(stream::subscribe)
      asked shouldBe 0

      seen.request(3)
      source.onNext("one")
      seen.request(2)

      asked shouldBe 1
      idle.requested.sum() shouldBe 5
      seen.told shouldContainExactly listOf("one")
      seen.cancel()
      idle.cancelled shouldBe 1
    }

    test("nothing is delivered that was not requested, what was held back included") {
      lateinit var source: Subscriber<in String>
      val idle = Idle()
      val options = StreamOptions.builder<String>().isContent { it == "content" }.build()
      val call = Publisher<String> { source = it.also { one -> one.onSubscribe(idle) } }
      val seen = Seen().also(resilience.publisher({ call }, options, null)::subscribe)
      seen.request(2)
      listOf("1", "2", "3", "content").forEach { source.onNext(it) }
      seen.told shouldContainExactly listOf("1", "2")
      idle.requested.sum() shouldBe 4
      source.onComplete()
      records.single().ending shouldBe Ending.ANSWERED

      seen.request(1)
      seen.told shouldContainExactly listOf("1", "2", "3")
      seen.request(1)

      seen.told shouldContainExactly listOf("1", "2", "3", "content", "complete")
      time.scheduled() shouldBe 0
    }

    test("a deadline ends a stream whose consumer requests nothing more") {
      lateinit var source: Subscriber<in String>
      val idle = Idle()
      val seen = Seen()
      resilience
        .withDeadline(Duration.ofMinutes(5))
        .publisher { Publisher<String> { source = it.also { one -> one.onSubscribe(idle) } } }
        .subscribe(seen)
      seen.request(1)
      source.onNext("one")
      time.advance(Duration.ofSeconds(299))
      seen.told shouldContainExactly listOf("one")

      time.advance(Duration.ofSeconds(1))

      seen.told shouldContainExactly listOf("one", "StreamInterruptedException")
      idle.cancelled shouldBe 1
      time.scheduled() shouldBe 0
    }

    test("a request for no items is an error, and gives back what is held") {
      val idle = Idle()
      val seen = Seen().also(stream { idle }::subscribe)
      seen.request(1)

      seen.request(0)
      seen.request(1)

      seen.told shouldContainExactly listOf("IllegalArgumentException")
      seen.failure!! shouldHaveMessage "items must be at least 1, but was 0"
      idle.cancelled shouldBe 1
      records.single().ending shouldBe Ending.CANCELLED
    }

    test("a million requests from within onNext do not overflow the stack") {
      var count = 0
      val stream = stream { subscriber ->
        object : Subscription {
          override fun request(items: Long) {
            if (count == 1_000_000) subscriber.onComplete() else subscriber.onNext("${count++}")
          }

          override fun cancel() = Unit
        }
      }
      val seen = Seen(eager = true)
      stream.subscribe(seen)
      seen.request(1)

      seen.count shouldBe 1_000_000
      seen.told.last() shouldBe "complete"
    }

    val broken: Map<String, (Subscriber<in String>) -> Unit> =
      mapOf(
        "an item that is null" to { shouldThrow<NullPointerException> { it.onNext(null) } },
        "more items than requested" to { repeat(3) { _ -> it.onNext("one") } },
      )
    broken.forEach { (name, breaks) ->
      test("a publisher that sends $name has failed, and is cancelled") {
        lateinit var source: Subscriber<in String>
        val idle = Idle()
        val seen =
          Seen()
            .also(
              stream {
                source = it
                idle
              }::subscribe
            )
        seen.request(2)
        source.onNext("one")
        breaks(source)

        seen.told.last() shouldBe "StreamInterruptedException"
        idle.cancelled shouldBe 1
      }
    }

    test("a second subscription is cancelled, and signals after the end are dropped") {
      lateinit var source: Subscriber<in String>
      val second = Idle()
      val seen =
        Seen()
          .also(
            stream {
              source = it
              Idle()
            }::subscribe
          )
      seen.request(9)
      source.onSubscribe(second)
      source.onNext("one")
      source.onComplete()
      source.onNext("two")
      source.onError(Fault(OVERLOADED))
      source.onComplete()

      second.cancelled shouldBe 1
      seen.told shouldContainExactly listOf("one", "complete")
    }

    test("a publisher that never accepts the subscription is timed out") {
      val seen = Seen().also(resilience.publisher<String> { Publisher {} }::subscribe)
      seen.request(1)

      repeat(61) { time.advance(Duration.ofSeconds(1)) }

      seen.told shouldContainExactly listOf("AttemptTimeoutException")
    }

    test("a consumer may cancel in its items, and gets no more of them") {
      lateinit var source: Subscriber<in String>
      val seen =
        Seen(leavesAt = 1)
          .also(
            stream {
              source = it
              Idle()
            }::subscribe
          )
      seen.request(9)
      listOf("one", "two").forEach { source.onNext(it) }

      seen.told shouldContainExactly listOf("one")
      records.single().ending shouldBe Ending.LEFT
    }

    test("each subscriber has a call of its own, and null is none") {
      var asked = 0
      val stream = stream {
        asked++
        Idle()
      }
      repeat(2) { Seen().also(stream::subscribe).request(1) }

      asked shouldBe 2
      shouldThrow<NullPointerException> { stream.subscribe(null) }
    }
  })

/** Notes what it is sent. */
private class Seen(private val eager: Boolean = false, private val leavesAt: Int = 0) :
  Subscriber<String> {
  val told = mutableListOf<String>()
  var count = 0
  var failure: Throwable? = null
  private lateinit var subscription: Subscription

  fun request(items: Long) = subscription.request(items)

  fun cancel() = subscription.cancel()

  override fun onSubscribe(given: Subscription) {
    subscription = given
  }

  override fun onNext(item: String) {
    count++
    if (!eager) told += item
    if (eager) subscription.request(1)
    if (count == leavesAt) subscription.cancel()
  }

  override fun onError(thrown: Throwable) {
    failure = thrown
    told += thrown::class.java.simpleName
  }

  override fun onComplete() {
    told += "complete"
  }
}
