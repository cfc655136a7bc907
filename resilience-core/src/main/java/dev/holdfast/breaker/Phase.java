package dev.holdfast.breaker;

/** One state of a breaker from the transition that entered it to the one that leaves it. */
abstract sealed class Phase permits Closed, Open, HalfOpen {

  /** Grows by one with every transition of the breaker. */
  final long generation;

  Phase(long generation) {
    this.generation = generation;
  }

  abstract CircuitBreaker.State state();

  /** The failures in a row: so far in CLOSED, otherwise those that opened the breaker. */
  abstract int failures();

  /** Whether calls that this state admitted are known to be under way. */
  boolean hasCallsUnderWay() {
    return false;
  }

  /** How long until another call has a chance; zero if it has one now. */
  abstract long retryAfterNanos(long now);
}
