package dev.holdfast.breaker;

/**
 * The breaker's leave to make one call, in the form that costs nothing: it must be settled exactly
 * once, by one of its methods, and nothing guards against a second time. It is meant for code that
 * settles by its own structure, as {@link CircuitBreaker#call} and Kotlin's {@code withBreaker} do.
 * Everyone else takes a {@link Permit}.
 *
 * <p>Safe to settle from any thread.
 */
public sealed interface Admission permits Closed, Probe {

  /** The call succeeded. */
  void success();

  /** The call failed, and the failure counts. */
  void failure();

  /**
   * The call threw. Whether that counts is for {@link CircuitBreakerConfig#countsAsFailure} to say;
   * if it does not, this is a {@link #release}.
   */
  void failure(Throwable thrown);

  /** The call says nothing about the model. A probe's place is free again. */
  void release();
}
