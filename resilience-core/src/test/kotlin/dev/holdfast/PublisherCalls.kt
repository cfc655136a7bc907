package dev.holdfast

import dev.holdfast.stream.StreamOptions
import dev.holdfast.testkit.ManualTime
import dev.holdfast.time.ScheduledTask
import java.time.Duration
import java.util.concurrent.CancellationException
import java.util.concurrent.Flow.Publisher
import java.util.concurrent.Flow.Subscriber
import java.util.concurrent.Flow.Subscription
import java.util.function.Function

/** As a publisher of one item, while the test passes the time. */
fun CallScenario.carryOutInPublisher(): List<String> {
  val time = ManualTime()
  val script = Script(replies, time::elapsed)
  val resilience = resilience(time) { at, event -> time.schedule(at, event) }
  var told: List<String>? = null
  val tell = { result: Result<String> ->
    check(told == null) { "the call ended twice, after $told" }
    told = script.end(result) + resilience.told(this)
  }
  val publisher =
    resilience.publisher(
      { attempt ->
        val reply = script.next(attempt)
        OneItem(time, reply.seconds) { reply.outcome() }
      },
      StreamOptions.defaults(),
      degraded?.let { degraded ->
        Function { failure -> OneItem(time, degradedSeconds) { degraded(failure) } }
      },
    )
  val consumer = Consumer(tell)
  publisher.subscribe(consumer)
  cancelled?.let {
    time.schedule(it) {
      consumer.leave()
      tell(Result.failure(CancellationException()))
    }
  }
  return time.passesUntil(script) { told }
}

/** Sends its item after so long, once that is wanted, and completes; or fails instead. */
private class OneItem(
  private val time: ManualTime,
  private val seconds: Long,
  private val outcome: () -> String,
) : Publisher<String> {
  override fun subscribe(subscriber: Subscriber<in String>) {
    subscriber.onSubscribe(
      object : Subscription {
        private var timer: ScheduledTask? = null
        private var isAsked = false

        override fun request(items: Long) {
          if (isAsked) return
          isAsked = true
          if (seconds == 0L) end() else timer = time.schedule(Duration.ofSeconds(seconds)) { end() }
        }

        override fun cancel() {
          timer?.cancel()
        }

        private fun end() {
          runCatching(outcome)
            .onSuccess {
              subscriber.onNext(it)
              subscriber.onComplete()
            }
            .onFailure(subscriber::onError)
        }
      }
    )
  }
}

/** Wants all there is, and tells the one item that came, or what came instead. */
private class Consumer(private val tell: (Result<String>) -> Unit) : Subscriber<String> {
  private lateinit var subscription: Subscription
  private val items = mutableListOf<String>()

  fun leave(): Unit = subscription.cancel()

  override fun onSubscribe(given: Subscription) {
    subscription = given
    given.request(Long.MAX_VALUE)
  }

  override fun onNext(item: String) {
    items += item
  }

  override fun onError(thrown: Throwable): Unit = tell(Result.failure(thrown))

  override fun onComplete(): Unit = tell(Result.success(items.single()))
}
