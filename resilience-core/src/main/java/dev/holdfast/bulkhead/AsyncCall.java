package dev.holdfast.bulkhead;

import dev.holdfast.stage.Stages;
import dev.holdfast.time.Deadline;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One call whose answer comes later: first it may wait for a slot, then it runs. Whoever completes
 * the returned future from outside cancels the one or the other.
 */
final class AsyncCall<T extends @Nullable Object> {

  private final CompletableFuture<T> promise = new CompletableFuture<>();
  private volatile CompletionStage<?> underWay;
  private volatile boolean ended;

  private AsyncCall(CompletionStage<?> underWay) {
    this.underWay = underWay;
  }

  static <T extends @Nullable Object> CompletableFuture<T> make(
      Bulkhead bulkhead, Deadline deadline, Supplier<? extends CompletionStage<T>> call) {
    var slots = bulkhead.slots;
    if (!slots.tryEnter()) {
      return afterWait(bulkhead.acquireAsync(deadline), call);
    }
    CompletionStage<T> source;
    try {
      source = begin(call);
    } catch (Throwable thrown) {
      slots.exit();
      return CompletableFuture.failedFuture(thrown);
    }
    var answered = Stages.succeeded(source);
    if (answered != null) {
      slots.exit();
      return answered;
    }
    var made = new AsyncCall<T>(source);
    made.follow(source, new Slot(slots));
    made.promise.whenComplete((value, thrown) -> made.cancelWhatIsUnderWay());
    return made.promise;
  }

  private static <T extends @Nullable Object> CompletableFuture<T> afterWait(
      CompletableFuture<Slot> turn, Supplier<? extends CompletionStage<T>> call) {
    var made = new AsyncCall<T>(turn);
    turn.whenComplete((slot, refused) -> made.turnCame(slot, refused, call));
    made.promise.whenComplete((value, thrown) -> made.cancelWhatIsUnderWay());
    return made.promise;
  }

  private void turnCame(
      @Nullable Slot slot,
      @Nullable Throwable refused,
      Supplier<? extends CompletionStage<T>> call) {
    if (slot == null) {
      promise.completeExceptionally(refused);
      return;
    }
    if (promise.isDone()) {
      slot.close();
      return;
    }
    CompletionStage<T> source;
    try {
      source = begin(call);
    } catch (Throwable thrown) {
      slot.close();
      promise.completeExceptionally(thrown);
      return;
    }
    underWay = source;
    follow(source, slot);
    if (promise.isDone()) {
      // From outside, it may be, and before the source was known.
      cancelWhatIsUnderWay();
    }
  }

  private static <T extends @Nullable Object> CompletionStage<T> begin(
      Supplier<? extends CompletionStage<T>> call) {
    var source = call.get();
    if (source == null) {
      throw new NullPointerException("the call returned no stage");
    }
    return source;
  }

  /** The slot is taken until the source itself has ended, whatever happens to the promise. */
  private void follow(CompletionStage<T> source, Slot slot) {
    try {
      source.whenComplete((value, thrown) -> answered(slot, value, thrown));
    } catch (Throwable broken) {
      // Nobody will ever tell its end.
      slot.close();
      promise.completeExceptionally(broken);
    }
  }

  private void answered(Slot slot, T value, @Nullable Throwable thrown) {
    ended = true;
    slot.close();
    if (thrown == null) {
      promise.complete(value);
    } else {
      promise.completeExceptionally(Stages.bare(thrown));
    }
  }

  private void cancelWhatIsUnderWay() {
    if (!ended) {
      Stages.cancel(underWay);
    }
  }
}
