package dev.holdfast.stream

import dev.holdfast.plan.CallRecord.Ending
import dev.holdfast.scenarioResilience
import dev.holdfast.testkit.ManualTime
import dev.holdfast.time.ScheduledTask
import dev.holdfast.time.Time
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import java.time.Duration
import java.util.concurrent.Flow.Publisher
import java.util.concurrent.Flow.Subscriber
import java.util.concurrent.Flow.Subscription
import java.util.concurrent.RejectedExecutionException

/** Schedulers, consumers and handlers that throw where nobody expects it. */
class PublisherMistakesTest :
  FunSpec({
    class Idle : Subscription {
      var cancelled = 0

      override fun request(items: Long) = Unit

      override fun cancel() {
        cancelled++
      }
    }

    class Consumer(private val next: (String) -> Unit = {}) : Subscriber<String> {
      lateinit var subscription: Subscription
      val told = mutableListOf<String>()

      override fun onSubscribe(given: Subscription) {
        subscription = given
      }

      override fun onNext(item: String) {
        told += item
        next(item)
      }

      override fun onError(thrown: Throwable) {
        told += thrown::class.java.simpleName
      }

      override fun onComplete() {
        told += "complete"
      }
    }

    test("a scheduler that refuses in the middle of a stream ends it instead of letting it hang") {
      val manual = ManualTime()
      var tasks = 0
      val time =
        object : Time by manual {
          override fun schedule(delay: Duration, task: Runnable): ScheduledTask =
            if (++tasks > 1) throw RejectedExecutionException() else manual.schedule(delay, task)
        }
      val resilience = scenarioResilience(time).withChain(listOf("b"))
      val endings = mutableListOf<Ending>()
      resilience.onCall { endings += it.ending }
      val idle = Idle()
      lateinit var source: Subscriber<in String>
      val consumer = Consumer()
      resilience
        .publisher { Publisher<String> { source = it.also { one -> one.onSubscribe(idle) } } }
        .subscribe(consumer)
      consumer.subscription.request(2)

      source.onNext("one")
      // The timer of the first content looks again, and cannot.
      manual.advance(Duration.ofMinutes(1))

      consumer.told shouldContainExactly listOf("one", "RejectedExecutionException")
      endings.size shouldBe 1
      idle.cancelled shouldBe 1
    }

    test("a handler of uncaught exceptions that throws keeps no call from its end") {
      val resilience = scenarioResilience(ManualTime()).withChain(listOf("b"))
      val endings = mutableListOf<Ending>()
      resilience.onCall { endings += it.ending }
      lateinit var source: Subscriber<in String>
      val consumer = Consumer { error("a consumer that throws") }
      resilience
        .publisher { Publisher<String> { source = it.also { one -> one.onSubscribe(Idle()) } } }
        .subscribe(consumer)
      consumer.subscription.request(1)
      val thread = Thread.currentThread()
      val handler = thread.uncaughtExceptionHandler
      thread.setUncaughtExceptionHandler { _, _ -> error("a handler that throws") }
      try {
        source.onNext("one")
      } finally {
        thread.uncaughtExceptionHandler = handler
      }

      endings shouldContainExactly listOf(Ending.LEFT)
    }
  })
