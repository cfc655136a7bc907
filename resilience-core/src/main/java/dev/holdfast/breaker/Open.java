package dev.holdfast.breaker;

import dev.holdfast.time.Durations;
import java.time.Duration;

/** OPEN: every call is refused until the wait is over. FORCED_OPEN is the same without an end. */
final class Open extends Phase {

  private final CircuitBreaker.State state;
  private final long since;
  private final long waitNanos;
  private final int failures;
  private final int opening;

  private Open(
      long generation,
      CircuitBreaker.State state,
      long since,
      long waitNanos,
      int failures,
      int opening) {
    super(generation);
    this.state = state;
    this.since = since;
    this.waitNanos = waitNanos;
    this.failures = failures;
    this.opening = opening;
  }

  /** OPEN for {@code waitNanos} from {@code since} on, for the {@code opening}-th time in a row. */
  static Open waiting(long generation, long since, long waitNanos, int failures, int opening) {
    return new Open(generation, CircuitBreaker.State.OPEN, since, waitNanos, failures, opening);
  }

  static Open forced(long generation, int failures) {
    return new Open(generation, CircuitBreaker.State.FORCED_OPEN, 0, 0, failures, 0);
  }

  @Override
  CircuitBreaker.State state() {
    return state;
  }

  @Override
  int failures() {
    return failures;
  }

  /** The openings since the breaker was last closed, this one included. */
  int opening() {
    return opening;
  }

  @Override
  long retryAfterNanos(long now) {
    return isForced() ? 0 : Durations.leftNanos(waitNanos, since, now);
  }

  /** The wait as it was when the phase was entered. */
  Duration wholeWait() {
    return Duration.ofNanos(waitNanos);
  }

  boolean isOver(long now) {
    return !isForced() && now - since >= waitNanos;
  }

  private boolean isForced() {
    return state == CircuitBreaker.State.FORCED_OPEN;
  }
}
