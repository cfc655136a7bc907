package dev.holdfast;

import dev.holdfast.plan.Attempt;
import dev.holdfast.plan.CallFailure;
import dev.holdfast.plan.CallPlan;
import dev.holdfast.plan.Step;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Carries out a plan that its caller keeps, for code which must know how the call went; everyone
 * else uses {@link Resilience}. In Kotlin {@code CallPlan.drive} is the third.
 */
public final class Drivers {

  private Drivers() {}

  /**
   * Makes the call on the calling thread, and closes the plan.
   *
   * @param degraded gives the answer when no model did, on this thread, so that it may use the
   *     plan; null if the plan knows of none
   * @param resilience whose plan it is
   * @throws E as {@link Resilience#call(AttemptCall)}
   */
  public static <T extends @Nullable Object, E extends Exception> T drive(
      CallPlan<T> plan,
      AttemptCall<T, E> call,
      @Nullable Function<? super CallFailure, ? extends T> degraded,
      Resilience resilience)
      throws E {
    return BlockingDriver.drive(plan, call, degraded, resilience);
  }

  /**
   * Makes a call that answers later, and closes the plan when it ends.
   *
   * @param degraded gives the step to end with when no model answered; the driver, which alone may
   *     use the plan, asks the supplier for it. Cancelled with the call. Null if the plan knows of
   *     no degraded answer
   * @param resilience whose plan it is
   */
  public static <T extends @Nullable Object> CompletableFuture<T> driveAsync(
      CallPlan<T> plan,
      Function<? super Attempt, ? extends CompletionStage<T>> call,
      @Nullable Function<? super CallFailure, ? extends CompletionStage<Supplier<Step<T>>>>
          degraded,
      Resilience resilience) {
    return FuturesDriver.driveLater(plan, call, degraded, resilience);
  }

  /**
   * A driver has seen that calls of {@code resilience} are made inside attempts of others that try
   * again, or the other way round. Adds a {@link ChainWarning.Kind#STACKED_RETRIES} to its warnings
   * and logs it, the first time.
   */
  public static void stacked(Resilience resilience) {
    resilience.shared.stackedRetries().notice(resilience.feature());
  }
}
