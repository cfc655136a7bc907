package dev.holdfast.stream

import dev.holdfast.testkit.ManualTime
import java.time.Duration
import java.util.concurrent.Flow.Publisher
import java.util.concurrent.Flow.Subscriber
import java.util.concurrent.Flow.Subscription

/** Plays signals, each after its seconds of waiting, and only while items are requested. */
class ScriptedPublisher(private val signals: List<Signal>, private val time: ManualTime) :
  Publisher<String> {

  override fun subscribe(subscriber: Subscriber<in String>) {
    subscriber.onSubscribe(Playing(subscriber))
  }

  private inner class Playing(private val subscriber: Subscriber<in String>) : Subscription {
    private val left = ArrayDeque(signals)
    private var demand = 0L
    private var waiting = false
    private var over = false

    override fun request(items: Long) {
      demand = if (items > Long.MAX_VALUE - demand) Long.MAX_VALUE else demand + items
      play()
    }

    override fun cancel() {
      over = true
    }

    private fun play() {
      if (over || waiting || demand == 0L) return
      val signal = left.removeFirst()
      if (signal.word == "hang") return
      if (signal.seconds == 0L) return signal(signal)
      waiting = true
      time.schedule(Duration.ofSeconds(signal.seconds)) {
        waiting = false
        if (!over) signal(signal)
      }
    }

    private fun signal(signal: Signal) {
      val fault = signal.fault
      if (fault == null && signal.word != "end") {
        demand--
        subscriber.onNext(signal.word)
        return play()
      }
      over = true
      if (fault == null) subscriber.onComplete() else subscriber.onError(fault)
    }
  }
}

/** Requests one item at a time, and does with it as the scenario says. */
class ScriptedSubscriber(
  private val scenario: StreamScenario,
  private val trace: Trace,
  private val time: ManualTime,
) : Subscriber<String> {
  private lateinit var subscription: Subscription
  private var count = 0

  override fun onSubscribe(given: Subscription) {
    subscription = given
    scenario.cancelledAt?.let {
      time.schedule(Duration.ofSeconds(it)) {
        trace.tell("cancelled")
        given.cancel()
      }
    }
    given.request(1)
  }

  override fun onNext(item: String) {
    trace.tell(item)
    count++
    if (count == scenario.throwsAt || count == scenario.takes) {
      trace.tell("left")
      return subscription.cancel()
    }
    if (scenario.slow == 0L) subscription.request(1)
    else time.schedule(Duration.ofSeconds(scenario.slow)) { subscription.request(1) }
  }

  override fun onError(thrown: Throwable) {
    trace.failed(thrown)
  }

  override fun onComplete() {
    trace.tell("complete")
  }
}
