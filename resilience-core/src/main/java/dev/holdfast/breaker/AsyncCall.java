package dev.holdfast.breaker;

import dev.holdfast.stage.Stages;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One call whose answer comes later. Two may end it: its own stage, and whoever completes the
 * returned future from outside. The permit, which settles once, decides between them.
 */
final class AsyncCall<T extends @Nullable Object> {

  private final Permit permit;
  private final CompletionStage<T> source;
  private final CompletableFuture<T> promise = new CompletableFuture<>();

  private AsyncCall(Permit permit, CompletionStage<T> source) {
    this.permit = permit;
    this.source = source;
  }

  static <T extends @Nullable Object> CompletableFuture<T> make(
      CircuitBreaker breaker, Supplier<? extends CompletionStage<T>> call) {
    Admission admission;
    try {
      admission = breaker.enter();
    } catch (Throwable refused) {
      return CompletableFuture.failedFuture(refused);
    }
    CompletionStage<T> source;
    try {
      source = call.get();
    } catch (Throwable thrown) {
      var cause = Stages.bare(thrown);
      admission.failure(cause);
      return CompletableFuture.failedFuture(cause);
    }
    if (source == null) {
      admission.release();
      return CompletableFuture.failedFuture(new NullPointerException("the call returned no stage"));
    }
    var answered = Stages.succeeded(source);
    if (answered != null) {
      return succeeded(admission, answered);
    }
    return new AsyncCall<>(new Permit(admission), source).start();
  }

  private static <T extends @Nullable Object> CompletableFuture<T> succeeded(
      Admission admission, CompletableFuture<T> answered) {
    try {
      admission.success();
    } catch (Throwable brokenClock) {
      // The answer is there, and the caller has a right to it, as to one that comes later.
    }
    return answered;
  }

  private CompletableFuture<T> start() {
    promise.whenComplete((value, thrown) -> completedOutside(thrown));
    try {
      source.whenComplete(this::answered);
    } catch (Throwable broken) {
      promise.completeExceptionally(broken);
    }
    return promise;
  }

  private void answered(T value, @Nullable Throwable thrown) {
    var cause = thrown == null ? null : Stages.bare(thrown);
    // Whatever the breaker's clock and listeners do, nobody is left to wait.
    try {
      if (cause == null) {
        permit.success();
      } else {
        permit.failure(cause);
      }
    } finally {
      if (cause == null) {
        promise.complete(value);
      } else {
        promise.completeExceptionally(cause);
      }
    }
  }

  private void completedOutside(@Nullable Throwable thrown) {
    if (permit.isSettled()) {
      return;
    }
    try {
      if (thrown == null || promise.isCancelled()) {
        permit.close();
      } else {
        permit.failure(thrown);
      }
    } finally {
      Stages.cancel(source);
    }
  }
}
