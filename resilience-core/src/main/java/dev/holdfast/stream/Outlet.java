package dev.holdfast.stream;

import java.util.concurrent.Flow.Subscriber;
import org.jspecify.annotations.Nullable;

/**
 * The consumer of a stream and its demand. Confined to a mailbox, but for {@link #cancel}: a
 * consumer that cancels in the middle of its items gets no more of them.
 */
final class Outlet<T> {

  private volatile @Nullable Subscriber<? super T> consumer;
  private long demand;

  Outlet(Subscriber<? super T> consumer) {
    this.consumer = consumer;
  }

  /**
   * The consumer asks for so many items. If that breaks the rules it is told so and forgotten,
   * after {@code leave} has let go of what would bring them.
   *
   * @return whether it gets any
   */
  boolean request(long items, Runnable leave) {
    if (!isOpen()) {
      return false;
    }
    if (items <= 0) {
      leave.run();
      fail(new IllegalArgumentException("items must be at least 1, but was " + items));
      return false;
    }
    demand = items > Long.MAX_VALUE - demand ? Long.MAX_VALUE : demand + items;
    return true;
  }

  long demand() {
    return demand;
  }

  boolean isOpen() {
    return consumer != null;
  }

  /** Forgets the consumer. */
  void cancel() {
    consumer = null;
  }

  /** Whether the consumer took the item; one that throws has cancelled by it. */
  void next(T item) {
    var open = consumer;
    if (open == null) {
      return;
    }
    if (demand != Long.MAX_VALUE) {
      demand--;
    }
    try {
      open.onNext(item);
    } catch (Throwable broken) {
      cancel();
      Mailbox.report(broken);
    }
  }

  void complete() {
    var open = consumer;
    cancel();
    if (open != null) {
      open.onComplete();
    }
  }

  void fail(Throwable failure) {
    var open = consumer;
    cancel();
    if (open != null) {
      open.onError(failure);
    }
  }
}
