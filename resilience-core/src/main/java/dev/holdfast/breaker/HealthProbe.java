package dev.holdfast.breaker;

import dev.holdfast.require.Require;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A cheap, real request by which an open breaker finds out that its model is back, so that no
 * user's call has to.
 *
 * <p>It is made while the breaker is OPEN and its wait is not over: after each {@link #interval},
 * never two at a time, at most until the wait ends. If it succeeds before the breaker has left that
 * opening in another way, the breaker is CLOSED. If it fails, throws or takes longer than its
 * {@link #timeout}, nothing changes: a probe that is broken itself does not keep a model shut.
 * While the breaker is in any other state no probe is made and no timer runs; one that is under way
 * when the breaker leaves OPEN, or its registry, is cancelled.
 *
 * <p>The request is made on the thread on which the timer runs, by default one of the JDK's common
 * pool, so it must answer by its stage and not hold the thread.
 *
 * <p><b>Pitfall:</b> ask the model itself, in the way that calls do. A list of models or a status
 * page may answer while the model does not, and the breaker would close and open in turn.
 *
 * @param request makes the request; any value of its stage is a success
 * @param timeout how long one may take; null for the attempt timeout of the model, or 60 seconds in
 *     a registry without models
 * @param interval how long to wait before each; null for a third of the wait of the opening, but at
 *     least 1 second. An opening that is shorter than it is not probed
 */
public record HealthProbe(
    Supplier<? extends CompletionStage<?>> request,
    @Nullable Duration timeout,
    @Nullable Duration interval) {

  /**
   * Checks the components.
   *
   * @throws IllegalArgumentException if a duration is not positive
   */
  public HealthProbe {
    Objects.requireNonNull(request, "request");
    if (timeout != null) {
      Require.positive("timeout", timeout);
    }
    if (interval != null) {
      Require.positive("interval", interval);
    }
  }

  /** A probe with the default timeout and interval. */
  public static HealthProbe of(Supplier<? extends CompletionStage<?>> request) {
    return new HealthProbe(request, null, null);
  }

  /** This probe with another timeout. */
  public HealthProbe withTimeout(Duration timeout) {
    return new HealthProbe(request, Objects.requireNonNull(timeout, "timeout"), interval);
  }

  /** This probe with another interval. */
  public HealthProbe withInterval(Duration interval) {
    return new HealthProbe(request, timeout, Objects.requireNonNull(interval, "interval"));
  }
}
