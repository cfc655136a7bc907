package dev.holdfast.outcome;

/** Whose health a failure speaks of. Only {@link #MODEL} and {@link #HOST} count for a breaker. */
public enum HealthScope {
  /** Nobody's: the caller's fault, our own rejection, or something unknown. */
  NONE,
  /** The model's: it is down, overloaded or slow. */
  MODEL,
  /** That of the host the model lives on: it cannot be reached. */
  HOST,
  /** The model works, but not for us at this moment: its throttle gate is closed for a while. */
  THROTTLE,
  /** The account's: its quota or credit is used up. */
  ACCOUNT,
  /** The credential's: it is missing, wrong or not allowed to do this. */
  CREDENTIAL,
  /** The configuration's: the model does not exist, or no longer. */
  CONFIGURATION;

  /** Whether a failure of this scope counts for the model's circuit breaker. */
  public boolean countsForBreaker() {
    return this == MODEL || this == HOST;
  }
}
