package dev.holdfast.breaker;

import dev.holdfast.time.WaitHints;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The breaker's leave to make one call, in the form that costs nothing: it must be settled exactly
 * once, by one of its methods, and nothing guards against a second time. It is meant for code that
 * settles by its own structure, as {@link CircuitBreaker#call} and Kotlin's {@code withBreaker} do.
 * Everyone else takes a {@link Permit}.
 *
 * <p>Safe to settle from any thread.
 */
public sealed interface Admission permits Closed, TimedCall, Probe {

  /** Whether this is one of the calls by which a breaker in HALF_OPEN finds out. */
  default boolean isProbe() {
    return this instanceof Probe;
  }

  /**
   * The first content of the answer has come. A rule for slow or hanging calls measures to this
   * moment, and a probe has succeeded with it: what happens later in a long stream does not decide
   * it. The call must still be settled. Further calls do nothing.
   */
  void contentArrived();

  /** The call succeeded. */
  void success();

  /** The call failed, and the failure counts. */
  void failure();

  /**
   * As {@link #failure()}, and the provider asked to wait. If this failure opens the breaker, it
   * stays open for that time, at most {@link WaitHints#LONGEST}, instead of the configured one.
   */
  void failure(Duration retryAfter);

  /**
   * The call threw. Whether that counts is for {@link CircuitBreakerConfig#countsAsFailure} to say;
   * if it does not, this is a {@link #release}. A clock that throws now takes nothing from the
   * caller: what it throws is added to {@code thrown} as a suppressed exception.
   */
  default void failure(Throwable thrown) {
    failure(thrown, null);
  }

  /**
   * As {@link #failure(Throwable)}, and the provider asked to wait, or did not say. If the call
   * counts and opens the breaker, the wait is that of {@link #failure(Duration)}.
   *
   * @param retryAfter how long the provider asks to wait; null if it does not say
   */
  void failure(Throwable thrown, @Nullable Duration retryAfter);

  /** The call says nothing about the model. A probe's place is free again. */
  void release();
}
