package dev.holdfast.retry;

/** What the circuit breaker of a {@link Retry} takes for one call. */
public enum BreakerCounts {
  /** Each attempt: it needs a permit of its own, and its outcome counts at once. */
  ATTEMPTS,
  /**
   * All attempts together: one permit, and one outcome when the retries are spent. Failures that a
   * retry mended do not count.
   */
  CALLS
}
