package dev.holdfast.bulkhead;

import dev.holdfast.event.Listeners;
import java.time.Duration;
import java.util.concurrent.atomic.LongAdder;

/** Counts the calls that one bulkhead has refused, and tells its listeners. */
final class Refusals {

  final Listeners<BulkheadRejection> listeners = new Listeners<>();

  private final String name;
  private final Slots slots;
  private final LongAdder count = new LongAdder();

  Refusals(String name, Slots slots) {
    this.name = name;
    this.slots = slots;
  }

  long count() {
    return count.sum();
  }

  /** Refuses a call that was not ready to wait and wants no exception. */
  void refuse() {
    tell(slots.occupancy(), 0);
  }

  /** Refuses a call that has waited for so long; the exception is for the caller. */
  BulkheadFullException refuse(long waitedNanos) {
    var occupancy = slots.occupancy();
    tell(occupancy, waitedNanos);
    return new BulkheadFullException(name, occupancy, waitedNanos);
  }

  private void tell(Occupancy now, long waitedNanos) {
    count.increment();
    if (!listeners.isEmpty()) {
      var waited = Duration.ofNanos(waitedNanos);
      listeners.publish(
          new BulkheadRejection(name, now.limit(), now.running(), now.queued(), waited));
    }
  }
}
