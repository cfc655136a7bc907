package dev.holdfast.outcome;

import java.time.Duration;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/**
 * Thrown for an attempt that gave no answer in the time it had, or that something cancelled while
 * its caller waited, as a time limit of its own does; and the cause of a stream's interruption that
 * sent nothing more for its gap.
 */
public final class AttemptTimeoutException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final String model;
  private final Duration timeout;

  /** Creates an exception for an attempt at {@code model} that had {@code timeout}. */
  public AttemptTimeoutException(String model, Duration timeout) {
    this("'%s' gave no answer within %s".formatted(model, timeout), model, timeout, null);
  }

  private AttemptTimeoutException(
      String message, String model, Duration timeout, @Nullable Throwable cause) {
    super(message, cause, true, false);
    this.model = model;
    this.timeout = timeout;
  }

  /** An exception for a stream of {@code model} that sent no further content for {@code gap}. */
  public static AttemptTimeoutException ofGap(String model, Duration gap) {
    return new AttemptTimeoutException(
        "'%s' sent no further content for %s".formatted(model, gap), model, gap, null);
  }

  /**
   * An exception for an attempt at {@code model} that was cancelled, though its caller was not. The
   * cancellation itself would look like the caller's to whoever launched the call.
   */
  public static AttemptTimeoutException ofCancellation(
      String model, Duration timeout, CancellationException cause) {
    return new AttemptTimeoutException(
        "'%s' gave no answer: its attempt was cancelled, but not by its caller".formatted(model),
        model,
        timeout,
        cause);
  }

  /** The model that was asked. */
  public String model() {
    return model;
  }

  /** The time that the attempt, or its next content, had; not that of a limit of its own. */
  public Duration timeout() {
    return timeout;
  }
}
