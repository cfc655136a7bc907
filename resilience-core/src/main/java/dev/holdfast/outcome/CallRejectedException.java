package dev.holdfast.outcome;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Thrown when Holdfast itself refuses a call, before the model has seen anything of it. A rejection
 * is no failure of the model and counts against nothing.
 *
 * <p>Rejections carry no stack trace: they are thrown often, and always by the same few lines.
 */
public abstract class CallRejectedException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** Creates an exception without a stack trace. */
  protected CallRejectedException(@Nullable String message) {
    super(message, null, true, false);
  }

  /** How long to wait until another try has a chance; zero if that cannot be said. */
  public abstract Duration retryAfter();
}
