package dev.holdfast.outcome;

import java.time.Duration;

/** Thrown for an attempt that gave no answer in the time it had. */
public final class AttemptTimeoutException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final String model;
  private final Duration timeout;

  /** Creates an exception for an attempt at {@code model} that had {@code timeout}. */
  public AttemptTimeoutException(String model, Duration timeout) {
    super("'%s' gave no answer within %s".formatted(model, timeout), null, true, false);
    this.model = model;
    this.timeout = timeout;
  }

  /** The model that was asked. */
  public String model() {
    return model;
  }

  /** The time that the attempt had. */
  public Duration timeout() {
    return timeout;
  }
}
