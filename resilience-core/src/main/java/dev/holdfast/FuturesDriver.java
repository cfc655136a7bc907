package dev.holdfast;

import dev.holdfast.bulkhead.Slot;
import dev.holdfast.outcome.CallRejectedException;
import dev.holdfast.plan.Attempt;
import dev.holdfast.plan.CallFailure;
import dev.holdfast.plan.CallPlan;
import dev.holdfast.plan.Step;
import dev.holdfast.stage.Baton;
import dev.holdfast.stage.Stages;
import dev.holdfast.stage.Wait;
import dev.holdfast.thrown.Unchecked;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Carries out the steps of a plan on whatever threads complete its attempts and pauses, holding
 * none while it waits. Whoever holds the {@link Baton} owns the plan for the moment: the attempt
 * that completes, the timer that fires, or the caller who cancels. So the plan is never used by two
 * threads.
 */
final class FuturesDriver<T extends @Nullable Object> {

  private final CallPlan<T> plan;
  private final Function<? super Attempt, ? extends CompletionStage<T>> call;
  private final @Nullable
      Function<? super CallFailure, ? extends CompletionStage<Supplier<Step<T>>>>
      degraded;

  /** Whose plan it is. */
  final Resilience owner;

  /** The thread that asks for the stage of an attempt just now. Others ask only if it is theirs. */
  @Nullable Thread startsOn;

  private final CompletableFuture<T> promise = new CompletableFuture<>();
  private final Baton baton = new Baton();

  private FuturesDriver(
      CallPlan<T> plan,
      Function<? super Attempt, ? extends CompletionStage<T>> call,
      @Nullable Function<? super CallFailure, ? extends CompletionStage<Supplier<Step<T>>>>
          degraded,
      Resilience owner) {
    this.plan = plan;
    this.call = call;
    this.degraded = degraded;
    this.owner = owner;
  }

  /** Makes a call that starts now. */
  static <T extends @Nullable Object> CompletableFuture<T> call(
      Resilience resilience,
      Function<? super Attempt, ? extends CompletionStage<T>> call,
      @Nullable Function<? super CallFailure, ? extends T> degraded) {
    Objects.requireNonNull(call, "call");
    CallPlan<T> plan;
    try {
      plan = resilience.plan(degraded != null);
    } catch (Throwable broken) {
      return CompletableFuture.failedFuture(broken);
    }
    return driveLater(
        plan,
        call,
        degraded == null
            ? null
            : failure -> {
              var answer = degraded.apply(failure);
              return CompletableFuture.completedFuture(() -> new Step.Return<>(answer));
            },
        resilience);
  }

  /** With a degraded answer that comes later, as the step to end with. */
  static <T extends @Nullable Object> CompletableFuture<T> driveLater(
      CallPlan<T> plan,
      Function<? super Attempt, ? extends CompletionStage<T>> call,
      @Nullable Function<? super CallFailure, ? extends CompletionStage<Supplier<Step<T>>>>
          degraded,
      Resilience owner) {
    owner.shared.noticeNesting(owner, Thread.currentThread());
    var driver = new FuturesDriver<>(plan, call, degraded, owner);
    driver.promise.whenComplete((value, thrown) -> driver.abandon());
    driver.run(plan::next);
    return driver.promise;
  }

  /**
   * Carries out steps until one has to be waited for or ends the call. Only who is busy calls it.
   */
  private void run(Supplier<Step<T>> first) {
    try {
      for (var step = first.get(); step != null; ) {
        step = isWanted() ? carryOut(step) : giveUp();
      }
    } catch (Throwable broken) {
      fail(broken);
    }
  }

  private @Nullable Step<T> carryOut(Step<T> step) {
    if (step instanceof Step.Call<T> next) {
      return attempt(next.attempt());
    } else if (step instanceof Step.Enter<T> enter) {
      return enter(enter);
    } else if (step instanceof Step.Pause<T> pause) {
      await(Wait.forTimer(), pause.duration(), plan::next);
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
    var entry = step.bulkhead().acquireAsync(step.deadline());
    if (entry.isDone()) {
      return entered(entry);
    }
    var wait = Wait.forStage(entry);
    boolean isWanted = baton.await(wait);
    entry.whenComplete(
        (slot, refused) -> {
          if (!resume(wait, () -> entered(slot, refused)) && slot != null) {
            slot.close();
          }
        });
    return isWanted ? null : giveUp(wait);
  }

  private Step<T> entered(CompletableFuture<Slot> ended) {
    Slot slot;
    try {
      slot = ended.join();
    } catch (CompletionException refused) {
      return entered(null, refused);
    }
    return entered(slot, null);
  }

  private Step<T> entered(@Nullable Slot slot, @Nullable Throwable refused) {
    if (slot != null) {
      return plan.entered(slot);
    }
    var reason = Stages.bare(Objects.requireNonNull(refused));
    if (reason instanceof CallRejectedException rejection) {
      return plan.refused(rejection);
    }
    throw Unchecked.<RuntimeException>rethrow(reason);
  }

  private @Nullable Step<T> degrade(
      Step.Degrade<T> step,
      Function<? super CallFailure, ? extends CompletionStage<Supplier<Step<T>>>> degraded) {
    CompletionStage<Supplier<Step<T>>> answer =
        Objects.requireNonNull(
            degraded.apply(step.failure()), "the degraded answer must have a stage");
    var known = Stages.succeeded(answer);
    if (known != null) {
      return known.join().get();
    }
    var wait = Wait.forStage(answer);
    if (!baton.await(wait)) {
      return giveUp(wait);
    }
    try {
      answer.whenComplete((last, thrown) -> resume(wait, () -> ending(last, thrown)));
    } catch (Throwable broken) {
      resume(wait, () -> ending(null, broken));
    }
    return null;
  }

  private Step<T> ending(@Nullable Supplier<Step<T>> last, @Nullable Throwable thrown) {
    if (last != null) {
      return last.get();
    }
    return new Step.Throw<>(plan.endsBy(Stages.bare(Objects.requireNonNull(thrown))));
  }

  private @Nullable Step<T> attempt(Attempt attempt) {
    CompletionStage<T> stage;
    var thread = Thread.currentThread();
    var starts = owner.shared.starts();
    starts.begin(this, thread);
    try {
      stage = Objects.requireNonNull(call.apply(attempt), "the call returned no stage");
    } catch (Throwable thrown) {
      // If the caller has given up meanwhile, what was thrown says nothing about the model.
      return isWanted() ? plan.threw(Stages.bare(thrown)) : giveUp();
    } finally {
      starts.end(this, thread);
    }
    var known = Stages.succeeded(stage);
    if (known != null) {
      return isWanted() ? plan.returned(known.join()) : giveUp();
    }
    var wait = Wait.forStage(stage);
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
    if (!baton.await(wait)) {
      giveUp(wait);
      return false;
    }
    try {
      baton.startTimer(wait, owner.time(), timeout, () -> resume(wait, late));
    } catch (Throwable broken) {
      if (baton.take(wait)) {
        wait.cancel();
        fail(broken);
      }
      return false;
    }
    return true;
  }

  /** Goes on after a wait, unless somebody else has; whether it did. */
  private boolean resume(Wait wait, Supplier<Step<T>> next) {
    if (!baton.take(wait)) {
      return false;
    }
    wait.cancel();
    run(next);
    return true;
  }

  /** Something has thrown that no plan understands, unless the caller has given up before. */
  private void fail(Throwable broken) {
    if (!isWanted()) {
      giveUp();
      return;
    }
    var failure = plan.endsBy(broken);
    end(() -> promise.completeExceptionally(failure));
  }

  private void end(Runnable completion) {
    plan.close();
    if (baton.end()) {
      completion.run();
    }
  }

  /** Whether nobody has completed the promise from outside. Only who is busy asks. */
  private boolean isWanted() {
    return !baton.isEnded();
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
    var last = baton.abandon();
    if (last != null) {
      giveUp(last);
    }
  }
}
