package dev.holdfast.bulkhead;

import dev.holdfast.stage.Stages;
import dev.holdfast.time.ScheduledTask;
import dev.holdfast.time.Time;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A future that waits in the line of a bulkhead. */
final class PromisedSlot extends Waiter {

  private final CompletableFuture<Slot> promise = new CompletableFuture<>();
  private final Slots slots;
  private final Refusals refusals;
  private final Handovers handovers;
  private volatile @Nullable ScheduledTask alarm;
  private volatile boolean served;

  PromisedSlot(Slots slots, Refusals refusals, Handovers handovers) {
    this.slots = slots;
    this.refusals = refusals;
    this.handovers = handovers;
  }

  /** The future of this waiter, which has joined the line for at most {@code nanos}. */
  CompletableFuture<Slot> start(Time time, long nanos) {
    promise.whenComplete((slot, thrown) -> ended());
    try {
      alarm = time.schedule(Duration.ofNanos(nanos), () -> expired(nanos));
    } catch (Throwable thrown) {
      promise.completeExceptionally(thrown);
    }
    if (promise.isDone()) {
      cancelAlarm();
    }
    return promise;
  }

  @Override
  void granted() {
    served = true;
    handovers.complete(this);
  }

  /** Delivers the slot, or gives it back if the future has been completed by somebody else. */
  void complete() {
    var slot = new Slot(slots);
    if (!promise.complete(slot)) {
      slot.close();
    }
  }

  private void expired(long nanos) {
    if (slots.leave(this)) {
      promise.completeExceptionally(refusals.refuse(nanos));
    }
  }

  private void ended() {
    if (!served) {
      slots.leave(this);
    }
    cancelAlarm();
  }

  private void cancelAlarm() {
    Stages.cancel(alarm);
  }
}
