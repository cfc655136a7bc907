package dev.holdfast.interop;

import java.util.concurrent.Flow.Publisher;
import java.util.concurrent.Flow.Subscriber;
import java.util.concurrent.Flow.Subscription;

/** Sends the numbers from zero on, as many as it has, on the threads that request them. */
record CountingPublisher(long count) implements Publisher<Long> {

  @Override
  public void subscribe(Subscriber<? super Long> subscriber) {
    subscriber.onSubscribe(new Counting(subscriber));
  }

  private final class Counting implements Subscription {

    private final Subscriber<? super Long> subscriber;
    private long next;
    private long demand;
    private boolean sending;
    private boolean ended;

    private Counting(Subscriber<? super Long> subscriber) {
      this.subscriber = subscriber;
    }

    @Override
    public synchronized void request(long items) {
      demand = items > Long.MAX_VALUE - demand ? Long.MAX_VALUE : demand + items;
      if (sending) {
        return;
      }
      sending = true;
      while (!ended && next < count && demand > 0) {
        demand--;
        subscriber.onNext(next++);
      }
      sending = false;
      if (!ended && next == count) {
        ended = true;
        subscriber.onComplete();
      }
    }

    @Override
    public synchronized void cancel() {
      ended = true;
    }
  }
}
