package dev.holdfast.plan;

import dev.holdfast.bulkhead.Bulkhead;
import dev.holdfast.time.Deadline;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a driver does next.
 *
 * @param <T> what the call returns
 */
public sealed interface Step<T extends @Nullable Object> {

  /**
   * Wait for a slot of the bulkhead, since none is free, no longer than until the deadline, and
   * report to {@link CallPlan#entered} or {@link CallPlan#refused}.
   */
  record Enter<T extends @Nullable Object>(Bulkhead bulkhead, Deadline deadline)
      implements Step<T> {}

  /**
   * Make an attempt, end it after its timeout, and report to {@link CallPlan#returned}, {@link
   * CallPlan#threw} or {@link CallPlan#timedOut}. A result kept from an earlier attempt is not
   * wanted any more.
   *
   * @param now the reading of the settings' clock that the attempt begins at
   */
  record Call<T extends @Nullable Object>(Attempt attempt, long now) implements Step<T> {}

  /** Wait, then ask {@link CallPlan#next}. */
  record Pause<T extends @Nullable Object>(Duration duration) implements Step<T> {}

  /** The chain is exhausted: end the call with the degraded answer. */
  record Degrade<T extends @Nullable Object>(CallFailure failure) implements Step<T> {}

  /** End the call with this value. */
  record Return<T extends @Nullable Object>(T value) implements Step<T> {}

  /** End the call with this exception. */
  record Throw<T extends @Nullable Object>(Throwable failure) implements Step<T> {}
}
