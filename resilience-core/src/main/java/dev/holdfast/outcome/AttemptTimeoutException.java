package dev.holdfast.outcome;

import java.time.Duration;

/**
 * Thrown for an attempt that gave no answer in the time it had, and the cause of a stream's
 * interruption that sent nothing more for its gap.
 */
public final class AttemptTimeoutException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final String model;
  private final Duration timeout;

  /** Creates an exception for an attempt at {@code model} that had {@code timeout}. */
  public AttemptTimeoutException(String model, Duration timeout) {
    this("'%s' gave no answer within %s".formatted(model, timeout), model, timeout);
  }

  private AttemptTimeoutException(String message, String model, Duration timeout) {
    super(message, null, true, false);
    this.model = model;
    this.timeout = timeout;
  }

  /** An exception for a stream of {@code model} that sent no further content for {@code gap}. */
  public static AttemptTimeoutException ofGap(String model, Duration gap) {
    return new AttemptTimeoutException(
        "'%s' sent no further content for %s".formatted(model, gap), model, gap);
  }

  /** The model that was asked. */
  public String model() {
    return model;
  }

  /** The time that the attempt, or its next content, had. */
  public Duration timeout() {
    return timeout;
  }
}
