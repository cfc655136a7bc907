package dev.holdfast.breaker;

import dev.holdfast.outcome.CallRejectedException;
import java.time.Duration;

/**
 * Thrown when a circuit breaker refuses a call. It names the breaker and its state and says when to
 * come back.
 */
public final class CircuitOpenException extends CallRejectedException {

  private static final long serialVersionUID = 1L;

  private final String name;
  private final CircuitBreaker.State state;
  private final long retryAfterNanos;

  CircuitOpenException(String name, CircuitBreaker.State state, long retryAfterNanos) {
    super(null);
    this.name = name;
    this.state = state;
    this.retryAfterNanos = retryAfterNanos;
  }

  /** The name of the breaker that refused. */
  public String name() {
    return name;
  }

  /** The state in which it refused: OPEN, FORCED_OPEN, or HALF_OPEN with all its probes out. */
  public CircuitBreaker.State state() {
    return state;
  }

  /**
   * {@inheritDoc} While OPEN this is the rest of the wait; in HALF_OPEN the time by which the probe
   * under way has reported or lost its turn, which may come sooner; in FORCED_OPEN zero.
   */
  @Override
  public Duration retryAfter() {
    return Duration.ofNanos(retryAfterNanos);
  }

  /** Written when it is read, because most rejections are handled without a look at the text. */
  @Override
  public String getMessage() {
    return state == CircuitBreaker.State.FORCED_OPEN
        ? "Circuit breaker '%s' is %s until it is reset".formatted(name, state)
        : "Circuit breaker '%s' is %s; retry after %s".formatted(name, state, retryAfter());
  }
}
