package dev.holdfast;

import dev.holdfast.bulkhead.Slot;
import dev.holdfast.outcome.CallRejectedException;
import dev.holdfast.plan.Attempt;
import dev.holdfast.plan.CallFailure;
import dev.holdfast.plan.CallPlan;
import dev.holdfast.plan.Step;
import dev.holdfast.stage.Stages;
import dev.holdfast.time.ScheduledTask;
import dev.holdfast.time.Time;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Carries out the steps of a plan on whatever threads complete its attempts and pauses, holding
 * none while it waits.
 *
 * <p>What it waits for is one object behind {@link #waiting}. Whoever takes that object away owns
 * the plan for the moment: the attempt that completes, the timer that fires, or the caller who
 * cancels. So only one of them acts, and the plan is never used by two threads.
 */
final class FuturesDriver<T extends @Nullable Object> {

  /** In {@link #waiting} while a thread is busy with the plan, and when the call has ended. */
  private static final Wait BUSY = new Wait(null);

  private static final Wait ENDED = new Wait(null);

  private final CallPlan<T> plan;
  private final Function<? super Attempt, ? extends CompletionStage<T>> call;
  private final @Nullable
      Function<? super CallFailure, ? extends CompletionStage<Supplier<Step<T>>>>
      degraded;
  private final Time time;
  private final CompletableFuture<T> promise = new CompletableFuture<>();
  private final AtomicReference<Wait> waiting = new AtomicReference<>(BUSY);

  private FuturesDriver(
      CallPlan<T> plan,
      Function<? super Attempt, ? extends CompletionStage<T>> call,
      @Nullable Function<? super CallFailure, ? extends CompletionStage<Supplier<Step<T>>>>
          degraded,
      Time time) {
    this.plan = plan;
    this.call = call;
    this.degraded = degraded;
    this.time = time;
  }

  static <T extends @Nullable Object> CompletableFuture<T> drive(
      CallPlan<T> plan,
      Function<? super Attempt, ? extends CompletionStage<T>> call,
      @Nullable Function<? super CallFailure, ? extends T> degraded,
      Time time) {
    return driveLater(
        plan,
        call,
        degraded == null
            ? null
            : failure -> {
              var answer = degraded.apply(failure);
              return CompletableFuture.completedFuture(() -> new Step.Return<>(answer));
            },
        time);
  }

  /** With a degraded answer that comes later, as the step to end with. */
  static <T extends @Nullable Object> CompletableFuture<T> driveLater(
      CallPlan<T> plan,
      Function<? super Attempt, ? extends CompletionStage<T>> call,
      @Nullable Function<? super CallFailure, ? extends CompletionStage<Supplier<Step<T>>>>
          degraded,
      Time time) {
    var driver = new FuturesDriver<>(plan, call, degraded, time);
    driver.promise.whenComplete((value, thrown) -> driver.abandon());
    driver.run(plan::next);
    return driver.promise;
  }

  /**
   * Carries out steps until one has to be waited for or ends the call. Only who is BUSY calls it.
   */
  private void run(Supplier<Step<T>> first) {
    try {
      for (var step = first.get(); step != null; ) {
        step = isWanted() ? carryOut(step) : giveUp();
      }
    } catch (Throwable broken) {
      end(() -> promise.completeExceptionally(broken));
    }
  }

  private @Nullable Step<T> carryOut(Step<T> step) {
    if (step instanceof Step.Call<T> next) {
      return attempt(next.attempt());
    } else if (step instanceof Step.Enter<T> enter) {
      return enter(enter);
    } else if (step instanceof Step.Pause<T> pause) {
      await(new Wait(null), pause.duration(), plan::next);
    } else if (step instanceof Step.Degrade<T> last && degraded != null) {
      return degrade(last, degraded);
    } else if (step instanceof Step.Return<T> last) {
      end(() -> promise.complete(last.value()));
    } else {
      var failure = ((Step.Throw<T>) step).failure();
      end(() -> promise.completeExceptionally(failure));
    }
    return null;
  }

  private @Nullable Step<T> enter(Step.Enter<T> step) {
    var turn = step.bulkhead().acquireAsync(step.deadline());
    if (turn.isDone()) {
      return turn.handle(this::entered).join();
    }
    var wait = new Wait(turn);
    boolean isWanted = waiting.compareAndSet(BUSY, wait);
    turn.whenComplete(
        (slot, refused) -> {
          if (!resume(wait, () -> entered(slot, refused)) && slot != null) {
            slot.close();
          }
        });
    return isWanted ? null : giveUp(wait);
  }

  private Step<T> entered(@Nullable Slot slot, @Nullable Throwable refused) {
    if (slot != null) {
      return plan.entered(slot);
    }
    if (Stages.bare(Objects.requireNonNull(refused)) instanceof CallRejectedException rejection) {
      return plan.refused(rejection);
    }
    throw new CompletionException(refused);
  }

  private @Nullable Step<T> degrade(
      Step.Degrade<T> step,
      Function<? super CallFailure, ? extends CompletionStage<Supplier<Step<T>>>> degraded) {
    CompletionStage<Supplier<Step<T>>> answer;
    try {
      answer = degraded.apply(step.failure());
    } catch (Throwable thrown) {
      plan.degradedFailed();
      throw thrown;
    }
    var known = Stages.succeeded(answer);
    if (known != null) {
      return known.join().get();
    }
    var wait = new Wait(answer);
    if (!waiting.compareAndSet(BUSY, wait)) {
      return giveUp(wait);
    }
    answer.whenComplete((last, thrown) -> resume(wait, () -> ending(last, thrown)));
    return null;
  }

  private Step<T> ending(@Nullable Supplier<Step<T>> last, @Nullable Throwable thrown) {
    if (last != null) {
      return last.get();
    }
    plan.degradedFailed();
    return new Step.Throw<>(Stages.bare(Objects.requireNonNull(thrown)));
  }

  private @Nullable Step<T> attempt(Attempt attempt) {
    CompletionStage<T> stage;
    try {
      stage = Objects.requireNonNull(call.apply(attempt), "the call returned no stage");
    } catch (Throwable thrown) {
      // If the caller has given up meanwhile, what was thrown says nothing about the model.
      return isWanted() ? plan.threw(Stages.bare(thrown)) : giveUp();
    }
    var wait = new Wait(stage);
    if (await(wait, attempt.timeout(), plan::timedOut)) {
      try {
        stage.whenComplete(
            (value, thrown) ->
                resume(
                    wait,
                    () -> thrown == null ? plan.returned(value) : plan.threw(Stages.bare(thrown))));
      } catch (Throwable broken) {
        resume(wait, () -> plan.threw(broken));
      }
    }
    return null;
  }

  /** Waits for {@code wait} to be resumed, and resumes it by {@code late} when the time is over. */
  private boolean await(Wait wait, Duration timeout, Supplier<Step<T>> late) {
    if (!waiting.compareAndSet(BUSY, wait)) {
      wait.cancel();
      plan.close();
      return false;
    }
    try {
      wait.timer = time.schedule(timeout, () -> resume(wait, late));
    } catch (Throwable broken) {
      if (waiting.compareAndSet(wait, BUSY)) {
        wait.cancel();
        end(() -> promise.completeExceptionally(broken));
      }
      return false;
    }
    if (waiting.get() != wait) {
      wait.cancelTimer();
    }
    return true;
  }

  /** Goes on after a wait, unless somebody else has; whether it did. */
  private boolean resume(Wait wait, Supplier<Step<T>> next) {
    if (!waiting.compareAndSet(wait, BUSY)) {
      return false;
    }
    wait.cancel();
    run(next);
    return true;
  }

  private void end(Runnable completion) {
    plan.close();
    if (waiting.compareAndSet(BUSY, ENDED)) {
      completion.run();
    }
  }

  /** Whether nobody has completed the promise from outside. Only who is BUSY asks. */
  private boolean isWanted() {
    return waiting.get() != ENDED;
  }

  private @Nullable Step<T> giveUp() {
    plan.cancelled();
    plan.close();
    return null;
  }

  private @Nullable Step<T> giveUp(Wait wait) {
    wait.cancel();
    return giveUp();
  }

  /**
   * Somebody has completed the promise: if it was not this driver, the call is not wanted any more.
   */
  private void abandon() {
    var last = waiting.getAndSet(ENDED);
    if (last != BUSY && last != ENDED) {
      plan.cancelled();
      plan.close();
      last.cancel();
    }
  }

  /** What the driver waits for: a timer, and if an attempt is under way its stage. */
  private static final class Wait {

    private final @Nullable CompletionStage<?> stage;
    private volatile @Nullable ScheduledTask timer;

    private Wait(@Nullable CompletionStage<?> stage) {
      this.stage = stage;
    }

    private void cancel() {
      cancelTimer();
      if (stage != null) {
        Stages.cancel(stage);
      }
    }

    private void cancelTimer() {
      var started = timer;
      if (started != null) {
        started.cancel();
      }
    }
  }
}
