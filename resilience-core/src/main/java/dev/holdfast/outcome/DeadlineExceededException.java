package dev.holdfast.outcome;

import java.time.Duration;

/**
 * Thrown when the time for a whole call is over: before the next model could be asked, or in the
 * middle of what it was given to. Either says nothing about the model; a time limit for the model
 * itself is an attempt timeout.
 */
public final class DeadlineExceededException extends CallRejectedException {

  private static final long serialVersionUID = 1L;

  /** Creates an exception for a call that was not begun, or not gone on with. */
  public DeadlineExceededException() {
    this("The deadline of the call has passed; no further model was asked");
  }

  /** Creates an exception that says what the deadline ended. */
  public DeadlineExceededException(String message) {
    super(message);
  }

  /** Zero: only the caller knows when it has time again. */
  @Override
  public Duration retryAfter() {
    return Duration.ZERO;
  }
}
