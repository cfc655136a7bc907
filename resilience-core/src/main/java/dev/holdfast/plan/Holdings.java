package dev.holdfast.plan;

import dev.holdfast.breaker.Admission;
import dev.holdfast.breaker.CircuitOpenException;
import dev.holdfast.bulkhead.Bulkhead;
import dev.holdfast.bulkhead.Entry;
import dev.holdfast.bulkhead.Slot;
import dev.holdfast.log.Log;
import dev.holdfast.model.Target;
import dev.holdfast.outcome.Failure;
import dev.holdfast.outcome.HealthScope;
import java.lang.System.Logger.Level;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What one attempt holds of what is shared: a slot of the bulkhead, and the breaker's leave. */
final class Holdings {

  private static final Log LOG = Log.of("dev.holdfast.plan");

  private @Nullable Slot slot;
  private @Nullable Entry entry;
  private @Nullable Admission admission;

  boolean hasSlot() {
    return slot != null || entry != null;
  }

  /** Takes a slot if one is free; whether it did. */
  boolean enters(Bulkhead bulkhead) {
    entry = bulkhead.enterIfPossible();
    return entry != null;
  }

  void take(Slot taken) {
    slot = taken;
  }

  /** Asks the breaker of the target, which may refuse. */
  Admission admit(Target target) throws CircuitOpenException {
    var admitted = target.breaker().enter();
    admission = admitted;
    return admitted;
  }

  void contentArrived() {
    held().contentArrived();
  }

  void succeeded() {
    var ended = held();
    admission = null;
    ended.success();
    giveBack();
  }

  /**
   * Tells the breaker, and closes the gate that the failure speaks of.
   *
   * @param counts whether the attempt had the time to show what its model can do
   */
  void failed(Failure failure, boolean counts, Target target, long now) {
    var ended = held();
    admission = null;
    var health = failure.failureClass().health();
    var hint = failure.retryAfter();
    if (!health.countsForBreaker() || !counts) {
      ended.release();
    } else if (failure.cause() != null) {
      ended.failure(failure.cause(), hint);
    } else if (hint != null) {
      ended.failure(hint);
    } else {
      ended.failure();
    }
    var gate = target.gates().closedBy(health);
    if (gate != null) {
      gate.closeFor(hint == null ? health.usualClosure() : hint, now);
    }
    if (health == HealthScope.CONFIGURATION) {
      LOG.write(
          Level.WARNING,
          "model ''{0}'' does not exist where it is asked for; it is left alone for {1}",
          target.name(),
          health.usualClosure());
    }
    // Last, because whoever waits for the slot goes on at once, and must find the gate closed.
    giveBack();
  }

  /** Gives everything back, with no opinion about the model. */
  void giveBack() {
    var mine = admission;
    admission = null;
    try {
      if (mine != null) {
        mine.release();
      }
    } finally {
      leave();
    }
  }

  private void leave() {
    if (slot != null) {
      slot.close();
      slot = null;
    }
    if (entry != null) {
      var mine = entry;
      entry = null;
      mine.exit();
    }
  }

  private Admission held() {
    return Objects.requireNonNull(admission, "no attempt is under way");
  }
}
