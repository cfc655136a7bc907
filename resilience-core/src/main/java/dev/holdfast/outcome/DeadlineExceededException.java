package dev.holdfast.outcome;

import java.time.Duration;

/** Thrown when the time for a whole call was over before the next model could be asked. */
public final class DeadlineExceededException extends CallRejectedException {

  private static final long serialVersionUID = 1L;

  /** Creates an exception. */
  public DeadlineExceededException() {
    super("The deadline of the call has passed; no further model was asked");
  }

  /** Zero: only the caller knows when it has time again. */
  @Override
  public Duration retryAfter() {
    return Duration.ZERO;
  }
}
