package dev.holdfast.stream;

import java.util.Objects;
import java.util.concurrent.Flow.Publisher;
import java.util.concurrent.Flow.Subscriber;

/**
 * Single flight for publishers: subscribers of the same key share one subscription to the publisher
 * behind it. Over {@link dev.holdfast.Resilience#publisher}, whose subscription is a call, they
 * share one call, with its attempts and its fallbacks. Kotlin has {@code SharedFlows}, for flows.
 *
 * <pre>{@code
 * private final SharedPublishers<Delta> shared = SharedPublishers.create();
 *
 * Publisher<Delta> answer(String prompt) {
 *   return shared.share(
 *       prompt, resilience.publisher(attempt -> client.stream(attempt.model(), prompt)));
 * }
 * }</pre>
 *
 * <p>A subscriber joins when it first requests items. Who comes late first gets what has arrived,
 * then what arrives: all of them get every item, in order, as they request them. Once more items
 * have arrived than are kept, the beginning is not kept any more, so that the next subscriber
 * begins a subscription of its own, which later ones share again.
 *
 * <p>The upstream is asked for as many items as are kept, whatever its subscribers have requested.
 * One that is slow holds up the others only when it is so many behind. One that cancels leaves
 * alone; the upstream is cancelled with the last. A failure of the upstream comes to each
 * subscriber after the items before it, as the same exception, and is not kept: the next one
 * subscribes anew.
 *
 * <p>What is subscribed to once is one call: its record and its counters tell of it once, whoever
 * shares it, and the exception that it fails with has the record for all of them.
 *
 * <p>Signals come to each subscriber one at a time, on the threads of the upstream and on those
 * that request. Safe for use by many threads.
 *
 * @param <T> the items
 */
public final class SharedPublishers<T> {

  private static final int USUAL_ITEMS = 1024;

  private final StreamsInFlight<T> inFlight;

  private SharedPublishers(int mostItems) {
    this.inFlight = new StreamsInFlight<>(mostItems);
  }

  /** Keeps up to 1,024 items for each key in flight. */
  public static <T> SharedPublishers<T> create() {
    return keeping(USUAL_ITEMS);
  }

  /**
   * Keeps up to this many items for each key in flight.
   *
   * @throws IllegalArgumentException if it is not positive
   */
  public static <T> SharedPublishers<T> keeping(int mostItems) {
    return new SharedPublishers<>(mostItems);
  }

  /** How many keys are in flight. */
  public int inFlight() {
    return inFlight.count();
  }

  /**
   * The given publisher, shared with those who subscribe to the same key at the same time. The key
   * says all that tells one stream from another, as a {@code RequestKey} does; of the publishers
   * that are given for it, only that of the first subscriber is subscribed to.
   */
  public Publisher<T> share(Object key, Publisher<T> upstream) {
    Objects.requireNonNull(key, "key");
    Objects.requireNonNull(upstream, "upstream");
    return subscriber -> subscribe(key, upstream, subscriber);
  }

  private void subscribe(Object key, Publisher<T> upstream, Subscriber<? super T> subscriber) {
    var outlet = new Outlet<T>(Objects.requireNonNull(subscriber, "subscriber"));
    var reader =
        new SharedReader<T>(
            changed -> inFlight.join(key, changed, items -> SharedUpstream.begin(items, upstream)),
            outlet);
    try {
      subscriber.onSubscribe(reader);
    } catch (Throwable broken) {
      outlet.cancel();
      Mailbox.report(broken);
    }
  }
}
