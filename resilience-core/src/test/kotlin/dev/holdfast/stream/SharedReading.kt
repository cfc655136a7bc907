package dev.holdfast.stream

import java.util.concurrent.Flow.Publisher
import java.util.concurrent.Flow.Subscriber
import java.util.concurrent.Flow.Subscription

/** A publisher of what a test sends, which tells what is asked of it. */
class Manual : Publisher<String> {
  private lateinit var subscriber: Subscriber<in String>
  var subscribed = 0
    private set

  var requested = 0L
    private set

  var cancelled = 0
    private set

  override fun subscribe(given: Subscriber<in String>) {
    subscribed++
    subscriber = given
    given.onSubscribe(
      object : Subscription {
        override fun request(items: Long) {
          requested += items
        }

        override fun cancel() {
          cancelled++
        }
      }
    )
  }

  fun send(vararg items: String): Unit = items.forEach(subscriber::onNext)

  fun complete(): Unit = subscriber.onComplete()

  fun fail(thrown: Throwable): Unit = subscriber.onError(thrown)
}

/** A subscriber that remembers what it was told, and does something at each item. */
class Reader(publisher: Publisher<String>, private val atItem: () -> Unit = {}) :
  Subscriber<String> {
  private lateinit var subscription: Subscription
  val told = mutableListOf<String>()
  var failure: Throwable? = null
    private set

  init {
    publisher.subscribe(this)
  }

  fun wants(items: Long): Reader = apply { subscription.request(items) }

  fun leave(): Unit = subscription.cancel()

  override fun onSubscribe(given: Subscription) {
    subscription = given
  }

  override fun onNext(item: String) {
    told += item
    atItem()
  }

  override fun onError(thrown: Throwable) {
    failure = thrown
    told += "failure"
  }

  override fun onComplete() {
    told += "complete"
  }
}
