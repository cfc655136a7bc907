package dev.holdfast.retry;

import dev.holdfast.stage.Baton;
import dev.holdfast.stage.Stages;
import dev.holdfast.stage.Wait;
import dev.holdfast.time.Deadline;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Makes the attempts and the waits of one call on whatever threads complete them: the next to act
 * is the attempt that completes, the timer that fires, or the caller who completes the promise.
 */
final class AsyncRetry<T extends @Nullable Object> {

  private final Retry retry;
  private final Supplier<? extends CompletionStage<T>> call;
  private final CompletableFuture<T> promise = new CompletableFuture<>();
  private final Baton baton = new Baton();

  /** What the caller ended the promise with, unless that was a result or a cancellation. */
  private volatile @Nullable Throwable endedWith;

  private AsyncRetry(Retry retry, Supplier<? extends CompletionStage<T>> call) {
    this.retry = retry;
    this.call = call;
  }

  static <T extends @Nullable Object> CompletableFuture<T> make(
      Retry retry, Supplier<? extends CompletionStage<T>> call, Deadline deadline) {
    RetryAttempt first;
    try {
      first = retry.begin(deadline);
    } catch (Throwable refused) {
      return CompletableFuture.failedFuture(refused);
    }
    CompletionStage<T> stage;
    try {
      stage = call.get();
    } catch (Throwable thrown) {
      return start(retry, call, made -> made.threw(first, thrown));
    }
    var answered = Stages.succeeded(stage);
    if (answered == null) {
      return start(retry, call, made -> made.follow(first, stage));
    }
    var value = answered.join();
    RetryPause pause;
    try {
      pause = first.returned(value);
    } catch (Throwable brokenClock) {
      return CompletableFuture.failedFuture(brokenClock);
    }
    return pause == null
        ? answered
        : start(retry, call, made -> made.afterwards(pause, () -> made.promise.complete(value)));
  }

  private static <T extends @Nullable Object> CompletableFuture<T> start(
      Retry retry,
      Supplier<? extends CompletionStage<T>> call,
      Consumer<AsyncRetry<T>> afterFirstAttempt) {
    var made = new AsyncRetry<>(retry, call);
    made.promise.whenComplete((value, thrown) -> made.completed(thrown));
    made.act(() -> afterFirstAttempt.accept(made));
    return made.promise;
  }

  /** Only who is busy calls this and the methods down to {@link #end}. */
  private void make(RetryAttempt attempt) {
    CompletionStage<T> stage;
    try {
      stage = call.get();
    } catch (Throwable thrown) {
      threw(attempt, thrown);
      return;
    }
    follow(attempt, stage);
  }

  private void follow(RetryAttempt attempt, @Nullable CompletionStage<T> stage) {
    if (stage == null) {
      attempt.cancelled();
      var mistake = new NullPointerException("the call returned no stage");
      end(() -> promise.completeExceptionally(mistake));
      return;
    }
    var flight = Wait.cancelledBy(() -> abandoned(attempt, stage));
    if (await(flight)) {
      try {
        stage.whenComplete((value, thrown) -> answered(flight, attempt, value, thrown));
      } catch (Throwable broken) {
        if (baton.take(flight)) {
          Stages.cancel(stage);
          threw(attempt, broken);
        }
      }
    }
  }

  private void abandoned(RetryAttempt attempt, CompletionStage<T> stage) {
    var thrown = endedWith;
    try {
      if (thrown == null) {
        attempt.cancelled();
      } else {
        attempt.failed(thrown);
      }
    } finally {
      Stages.cancel(stage);
    }
  }

  private void answered(Wait flight, RetryAttempt attempt, T value, @Nullable Throwable thrown) {
    if (!baton.take(flight)) {
      return;
    }
    if (thrown == null) {
      act(() -> afterwards(attempt.returned(value), () -> promise.complete(value)));
    } else {
      act(() -> threw(attempt, Stages.bare(thrown)));
    }
  }

  private void threw(RetryAttempt attempt, Throwable thrown) {
    afterwards(attempt.threw(thrown), () -> promise.completeExceptionally(thrown));
  }

  /** The pause and the next attempt; if there is to be none, the last one's outcome. */
  private void afterwards(@Nullable RetryPause pause, Runnable outcome) {
    if (pause == null) {
      end(outcome);
      return;
    }
    var delay = Wait.cancelledBy(pause::cancelled);
    if (!await(delay)) {
      return;
    }
    try {
      baton.startTimer(delay, retry.time, pause.duration(), () -> resume(delay, pause, outcome));
    } catch (Throwable refused) {
      if (baton.take(delay)) {
        pause.cancelled();
        end(() -> promise.completeExceptionally(refused));
      }
    }
  }

  private void resume(Wait delay, RetryPause pause, Runnable outcome) {
    if (baton.take(delay)) {
      act(() -> goOn(pause.next(), outcome));
    }
  }

  private void goOn(@Nullable RetryAttempt next, Runnable outcome) {
    if (next == null) {
      end(outcome);
    } else {
      make(next);
    }
  }

  /** Whatever the clock does, nobody is left to wait. */
  private void act(Runnable step) {
    try {
      step.run();
    } catch (Throwable broken) {
      end(() -> promise.completeExceptionally(broken));
    }
  }

  /** Begins to wait, unless the caller has ended the promise in the meantime. */
  private boolean await(Wait wait) {
    boolean isWanted = baton.await(wait);
    if (!isWanted) {
      wait.cancel();
    }
    return isWanted;
  }

  private void end(Runnable completion) {
    if (baton.end()) {
      completion.run();
    }
  }

  /** If it was not this call that completed the promise, it is not wanted any more. */
  private void completed(@Nullable Throwable thrown) {
    endedWith = promise.isCancelled() ? null : thrown;
    var last = baton.abandon();
    if (last != null) {
      last.cancel();
    }
  }
}
