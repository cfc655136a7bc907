package dev.holdfast.breaker;

import dev.holdfast.time.Durations;

/** OPEN: every call is refused until the wait is over. */
final class Open extends Phase {

  private final long since;
  private final long waitNanos;
  private final int failures;

  Open(long generation, long since, long waitNanos, int failures) {
    super(generation);
    this.since = since;
    this.waitNanos = waitNanos;
    this.failures = failures;
  }

  @Override
  CircuitBreaker.State state() {
    return CircuitBreaker.State.OPEN;
  }

  @Override
  int failures() {
    return failures;
  }

  @Override
  long retryAfterNanos(long now) {
    return Durations.leftNanos(waitNanos, since, now);
  }

  boolean isOver(long now) {
    return now - since >= waitNanos;
  }
}
