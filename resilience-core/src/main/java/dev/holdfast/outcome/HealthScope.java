package dev.holdfast.outcome;

import java.time.Duration;

/** Whose health a failure speaks of. Only {@link #MODEL} and {@link #HOST} count for a breaker. */
public enum HealthScope {
  /** Nobody's: the caller's fault, our own rejection, or something unknown. */
  NONE(Duration.ZERO),
  /** The model's: it is down, overloaded or slow. */
  MODEL(Duration.ZERO),
  /** That of the host the model lives on: it cannot be reached. */
  HOST(Duration.ZERO),
  /** The model works, but not for us at this moment: its throttle gate is closed for a while. */
  THROTTLE(Duration.ZERO),
  /** The account's: its quota or credit is used up. */
  ACCOUNT(Duration.ofMinutes(1)),
  /** The credential's: it is missing, wrong or expired. */
  CREDENTIAL(Duration.ofMinutes(1)),
  /** That of the credential for this one model, which it may not use. */
  ACCESS(Duration.ofMinutes(1)),
  /** The configuration's: the model does not exist, or no longer. */
  CONFIGURATION(Duration.ofMinutes(5));

  private final Duration usualClosure;

  HealthScope(Duration usualClosure) {
    this.usualClosure = usualClosure;
  }

  /**
   * How long a failure of this scope closes its throttle gate when the provider names no time: long
   * enough that a model which cannot answer is asked now and then only, and short enough that it is
   * asked again soon after somebody has mended the cause. Zero if it closes none then.
   */
  public Duration usualClosure() {
    return usualClosure;
  }

  /** Whether a failure of this scope counts for the model's circuit breaker. */
  public boolean countsForBreaker() {
    return this == MODEL || this == HOST;
  }
}
