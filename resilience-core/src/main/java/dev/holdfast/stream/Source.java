package dev.holdfast.stream;

import java.util.Objects;
import java.util.concurrent.Flow.Subscriber;
import java.util.concurrent.Flow.Subscription;
import org.jspecify.annotations.Nullable;

/**
 * The subscription to the publisher of one attempt. It takes what the publisher signals, on any
 * thread and in any order that the rules do not allow, into the mailbox, and there passes on what
 * is wanted.
 */
final class Source<T> implements Subscriber<T> {

  /** Who hears of the signals; in the mailbox. */
  interface Listener<T> {
    /** The publisher has accepted the subscription. */
    void opened();

    /** An item has come that was requested. */
    void item(T item);

    /** The publisher has no more items. */
    void ended();

    /** The publisher has failed, or broken its rules. */
    void failed(Throwable thrown);
  }

  /**
   * As many items are requested at once. A publisher that sends them from within the request fills
   * the mailbox with them, and hears of a cancellation only afterwards.
   */
  private static final long BATCH = 64;

  private final Mailbox mailbox;
  private final Listener<? super T> listener;

  private @Nullable Subscription subscription;
  private long requested;
  private boolean over;

  Source(Mailbox mailbox, Listener<? super T> listener) {
    this.mailbox = mailbox;
    this.listener = listener;
  }

  /** Requests items as long as fewer are to come than are wanted. In the mailbox. */
  void want(long items) {
    long goal = Math.min(items, BATCH);
    boolean isEnough = goal < BATCH ? requested >= goal : requested > BATCH / 2;
    if (over || subscription == null || isEnough) {
      return;
    }
    long more = goal - requested;
    requested = goal;
    try {
      subscription.request(more);
    } catch (Throwable broken) {
      fail(broken);
    }
  }

  /** Ends the subscription; nothing more is passed on. In the mailbox. */
  void cancel() {
    if (!over && subscription != null) {
      cancel(subscription);
    }
    over = true;
  }

  @Override
  public void onSubscribe(Subscription given) {
    Objects.requireNonNull(given, "subscription");
    mailbox.run(
        () -> {
          if (over || subscription != null) {
            cancel(given);
          } else {
            subscription = given;
            listener.opened();
          }
        });
  }

  @Override
  public void onNext(T item) {
    if (item == null) {
      var broken = new NullPointerException("item");
      onError(broken);
      throw broken;
    }
    mailbox.run(() -> take(item));
  }

  @Override
  public void onError(Throwable thrown) {
    Objects.requireNonNull(thrown, "thrown");
    mailbox.run(() -> fail(thrown));
  }

  @Override
  public void onComplete() {
    mailbox.run(
        () -> {
          if (!over) {
            over = true;
            listener.ended();
          }
        });
  }

  private void take(T item) {
    if (over) {
      return;
    }
    if (requested == 0) {
      fail(new IllegalStateException("the publisher sent more items than were requested"));
      return;
    }
    requested--;
    listener.item(item);
  }

  private void fail(Throwable thrown) {
    if (!over) {
      cancel();
      listener.failed(thrown);
    }
  }

  private static void cancel(Subscription subscription) {
    try {
      subscription.cancel();
    } catch (Throwable broken) {
      Mailbox.report(broken);
    }
  }
}
