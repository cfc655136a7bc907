package dev.holdfast.answers;

import dev.holdfast.stage.Stages;
import dev.holdfast.thrown.Cancellations;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** One future after another, so that cancelling the result cancels the one that is under way. */
final class Relay {

  private Relay() {}

  /** Fails with the bare failure of either future, or with what {@code next} throws. */
  static <A extends @Nullable Object, B extends @Nullable Object> CompletableFuture<B> then(
      CompletableFuture<A> first, Function<? super A, CompletableFuture<B>> next) {
    var known = Stages.succeeded(first);
    if (known != null) {
      return begin(next, known.join());
    }
    var promise = new CompletableFuture<B>();
    var underWay = new AtomicReference<CompletableFuture<?>>(first);
    first.whenComplete(
        (value, thrown) -> {
          if (thrown != null) {
            promise.completeExceptionally(Stages.bare(thrown));
          } else if (!promise.isDone()) {
            var second = begin(next, value);
            underWay.set(second);
            pass(second, promise);
            if (promise.isDone()) {
              second.cancel(true);
            }
          }
        });
    promise.whenComplete((value, thrown) -> Objects.requireNonNull(underWay.get()).cancel(true));
    return promise;
  }

  /** The same, but where something has cancelled it from inside that is a failure. */
  static <T extends @Nullable Object> CompletableFuture<T> notCancelled(CompletableFuture<T> from) {
    var promise = new CompletableFuture<T>();
    pass(from, promise, Cancellations::notOfCaller);
    promise.whenComplete((value, thrown) -> from.cancel(true));
    return promise;
  }

  /** Completes {@code to} as {@code from} is completed. */
  static <T extends @Nullable Object> void pass(
      CompletableFuture<T> from, CompletableFuture<T> to) {
    pass(from, to, UnaryOperator.identity());
  }

  private static <T extends @Nullable Object> void pass(
      CompletableFuture<T> from, CompletableFuture<T> to, UnaryOperator<Throwable> failure) {
    from.whenComplete(
        (value, thrown) -> {
          if (thrown == null) {
            to.complete(value);
          } else {
            to.completeExceptionally(failure.apply(Stages.bare(thrown)));
          }
        });
  }

  private static <A extends @Nullable Object, B extends @Nullable Object>
      CompletableFuture<B> begin(Function<? super A, CompletableFuture<B>> next, A value) {
    try {
      return next.apply(value);
    } catch (Throwable thrown) {
      return CompletableFuture.failedFuture(thrown);
    }
  }
}
