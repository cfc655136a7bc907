package dev.holdfast.retry;

/** What the circuit breaker of a {@link Retry} takes for one call. */
public enum BreakerCounts {
  /** Each attempt: it needs a permit of its own, and its outcome counts at once. */
  ATTEMPTS,
  /**
   * All attempts together: one permit, and one outcome when the retries are spent. Failures that a
   * retry mended do not count.
   *
   * <p>Pitfall: a rule for slow or hanging calls and the lease of a probe then measure from the
   * first attempt, and so the retries and the pauses between them too. With such rules use {@link
   * #ATTEMPTS}.
   */
  CALLS
}
