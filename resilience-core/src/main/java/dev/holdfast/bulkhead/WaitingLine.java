package dev.holdfast.bulkhead;

import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Those who wait, in the order in which they came. Anyone may leave from anywhere at the cost of
 * one step, and is forgotten at once. Guarded by the lock of its owner; only {@link #size} may be
 * read without.
 */
final class WaitingLine {

  private final AtomicInteger size = new AtomicInteger();
  private @Nullable Waiter first;
  private @Nullable Waiter last;

  int size() {
    return size.get();
  }

  void add(Waiter waiter) {
    waiter.queued = true;
    waiter.ahead = last;
    if (last == null) {
      first = waiter;
    } else {
      last.behind = waiter;
    }
    last = waiter;
    size.incrementAndGet();
  }

  /** Takes out the one who came first. */
  @Nullable Waiter poll() {
    var head = first;
    if (head != null) {
      remove(head);
    }
    return head;
  }

  /** Takes out {@code waiter}, if it is here. */
  boolean remove(Waiter waiter) {
    if (!waiter.queued) {
      return false;
    }
    waiter.queued = false;
    var ahead = waiter.ahead;
    var behind = waiter.behind;
    if (ahead == null) {
      first = behind;
    } else {
      ahead.behind = behind;
    }
    if (behind == null) {
      last = ahead;
    } else {
      behind.ahead = ahead;
    }
    waiter.ahead = null;
    waiter.behind = null;
    size.decrementAndGet();
    return true;
  }
}
