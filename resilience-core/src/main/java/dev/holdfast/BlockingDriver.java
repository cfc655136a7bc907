package dev.holdfast;

import dev.holdfast.bulkhead.Slot;
import dev.holdfast.outcome.CallRejectedException;
import dev.holdfast.plan.CallFailure;
import dev.holdfast.plan.CallPlan;
import dev.holdfast.plan.Step;
import dev.holdfast.thrown.Interrupts;
import dev.holdfast.thrown.Unchecked;
import dev.holdfast.time.Time;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Carries out the steps of a plan on the calling thread. */
final class BlockingDriver {

  private BlockingDriver() {}

  /** Makes a call that starts now. */
  static <T extends @Nullable Object, E extends Exception> T call(
      Resilience resilience,
      AttemptCall<T, E> call,
      @Nullable Function<? super CallFailure, ? extends T> degraded)
      throws E {
    Objects.requireNonNull(call, "call");
    long now = resilience.time().nanoTime();
    CallPlan<T> plan = resilience.plan(now, resilience.shared.classifier(), degraded != null);
    return drive(plan, now, call, degraded, resilience);
  }

  /** Carries out a plan that was made before. */
  static <T extends @Nullable Object, E extends Exception> T drive(
      CallPlan<T> plan,
      AttemptCall<T, E> call,
      @Nullable Function<? super CallFailure, ? extends T> degraded,
      Resilience resilience)
      throws E {
    return drive(plan, resilience.time().nanoTime(), call, degraded, resilience);
  }

  private static <T extends @Nullable Object, E extends Exception> T drive(
      CallPlan<T> plan,
      long now,
      AttemptCall<T, E> call,
      @Nullable Function<? super CallFailure, ? extends T> degraded,
      Resilience resilience)
      throws E {
    try (plan) {
      try {
        return carryOut(plan, now, call, degraded, resilience);
      } catch (Throwable thrown) {
        if (isInterrupted(thrown)) {
          plan.cancelled();
          throw thrown;
        }
        throw Unchecked.<E>rethrow(plan.endsBy(thrown));
      }
    }
  }

  private static <T extends @Nullable Object, E extends Exception> T carryOut(
      CallPlan<T> plan,
      long now,
      AttemptCall<T, E> call,
      @Nullable Function<? super CallFailure, ? extends T> degraded,
      Resilience resilience)
      throws E {
    var step = plan.next(now);
    while (true) {
      if (step instanceof Step.Call<T> next) {
        step = attempt(plan, next, call, resilience);
      } else if (step instanceof Step.Enter<T> enter) {
        step = enter(plan, enter);
      } else if (step instanceof Step.Pause<T> pause) {
        pause(pause, resilience.time());
        step = plan.next();
      } else if (step instanceof Step.Degrade<T> end && degraded != null) {
        return degraded.apply(end.failure());
      } else if (step instanceof Step.Return<T> end) {
        return end.value();
      } else {
        throw Unchecked.<E>rethrow(((Step.Throw<T>) step).failure());
      }
    }
  }

  private static <T extends @Nullable Object, E extends Exception> Step<T> attempt(
      CallPlan<T> plan, Step.Call<T> step, AttemptCall<T, E> call, Resilience resilience) throws E {
    var attempt = step.attempt();
    T value;
    try (var timer = resilience.shared.watch().start(resilience, attempt.timeout(), step.now())) {
      try {
        value = call.make(attempt);
      } catch (Throwable thrown) {
        boolean isLate = timer.stop();
        boolean isOurs = isLate && !timer.wasInterruptedBefore();
        // An InterruptedException has taken the interrupt away, whoever's it was.
        if (isOurs ? Thread.currentThread().isInterrupted() : isInterrupted(thrown)) {
          throw thrown;
        }
        return isLate ? plan.timedOut() : plan.threw(thrown);
      }
    }
    return plan.returned(value);
  }

  private static <T extends @Nullable Object> Step<T> enter(CallPlan<T> plan, Step.Enter<T> step) {
    Slot slot;
    try {
      slot = step.bulkhead().acquire(step.deadline());
    } catch (CallRejectedException refused) {
      return plan.refused(refused);
    } catch (InterruptedException interrupted) {
      throw Interrupts.cancelled("interrupted while waiting for a slot", interrupted);
    }
    return plan.entered(slot);
  }

  /** Whether the caller has given up. */
  private static boolean isInterrupted(Throwable thrown) {
    return thrown instanceof InterruptedException || Thread.currentThread().isInterrupted();
  }

  private static void pause(Step.Pause<?> pause, Time time) {
    try {
      time.sleep(pause.duration());
    } catch (InterruptedException interrupted) {
      throw Interrupts.cancelled("interrupted while waiting to try again", interrupted);
    }
  }
}
