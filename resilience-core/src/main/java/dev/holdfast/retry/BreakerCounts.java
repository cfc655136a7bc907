package dev.holdfast.retry;

/** What the circuit breaker of a {@link Retry} takes for one call. */
public enum BreakerCounts {
  /** Each attempt: it needs a permit of its own, and its outcome counts at once. */
  ATTEMPTS,
  /**
   * All attempts together: one permit, and one outcome when the retries are spent. Failures that a
   * retry mended do not count. A call that waits while the breaker opens and goes on to HALF_OPEN
   * comes back as a probe, or ends if there is no place for one.
   *
   * <p>Pitfall: a rule for slow or hanging calls and the lease of a probe then measure from the
   * first attempt, and so the retries and the pauses between them too. With such rules use {@link
   * #ATTEMPTS}.
   */
  CALLS
}
