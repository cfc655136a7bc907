package dev.holdfast.thrown;

import java.util.concurrent.CancellationException;

/** Cancellations that are nobody's who waits. */
public final class Cancellations {

  private Cancellations() {}

  /**
   * What to end with when {@code thrown} has ended something although its caller still waits. A
   * cancellation would look like the caller's own: a coroutine dies of it silently, and a future
   * says that it was cancelled.
   */
  public static Throwable notOfCaller(Throwable thrown) {
    return thrown instanceof CancellationException
        ? new IllegalStateException("the call was cancelled from inside, not by its caller", thrown)
        : thrown;
  }
}
