package dev.holdfast.stream;

import dev.holdfast.bulkhead.Slot;
import dev.holdfast.outcome.CallRejectedException;
import dev.holdfast.plan.CallPlan;
import dev.holdfast.plan.Step;
import dev.holdfast.stage.Stages;
import dev.holdfast.thrown.Unchecked;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The wait for a slot of the bulkhead. Confined to a mailbox. */
final class Turn<R extends @Nullable Object> {

  private final CallPlan<R> plan;
  private final CompletableFuture<Slot> awaited;
  private boolean over;

  Turn(CallPlan<R> plan, Step.Enter<R> step) {
    this.plan = plan;
    this.awaited = step.bulkhead().acquireAsync(step.deadline());
  }

  /** Tells the next step when the wait is over, unless it was cancelled before. */
  void await(Mailbox mailbox, Consumer<Supplier<Step<R>>> next) {
    awaited.whenComplete(
        (slot, refused) ->
            mailbox.run(
                () -> {
                  if (!over) {
                    over = true;
                    next.accept(() -> entered(slot, refused));
                  } else if (slot != null) {
                    slot.close();
                  }
                }));
  }

  void cancel() {
    over = true;
    awaited.cancel(false);
  }

  private Step<R> entered(@Nullable Slot slot, @Nullable Throwable refused) {
    if (slot != null) {
      return plan.entered(slot);
    }
    var reason = Stages.bare(Objects.requireNonNull(refused));
    if (reason instanceof CallRejectedException rejection) {
      return plan.refused(rejection);
    }
    throw Unchecked.<RuntimeException>rethrow(reason);
  }
}
