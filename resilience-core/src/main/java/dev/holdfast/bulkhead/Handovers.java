package dev.holdfast.bulkhead;

import java.util.ArrayDeque;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Completes the futures of those who were handed a slot, on the thread that gave it. What depends
 * on such a future may give its slot back at once, which hands it to the next: that one is
 * completed after the first, not inside it, or a long line of short calls would overflow the stack.
 */
final class Handovers {

  private final Map<Thread, Queue<PromisedSlot>> underWay = new ConcurrentHashMap<>(2);

  void complete(PromisedSlot first) {
    var thread = Thread.currentThread();
    var outer = underWay.get(thread);
    if (outer != null) {
      outer.add(first);
      return;
    }
    var others = new ArrayDeque<PromisedSlot>(2);
    underWay.put(thread, others);
    try {
      for (var next = first; next != null; next = others.poll()) {
        next.complete();
      }
    } finally {
      underWay.remove(thread);
    }
  }
}
