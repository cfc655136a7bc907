package dev.holdfast.thrown;

import java.util.concurrent.CancellationException;

/** What a wait on the calling thread throws when the thread is interrupted. */
public final class Interrupts {

  private Interrupts() {}

  /** The cancellation to throw. The thread is interrupted again, for whoever looks next. */
  public static CancellationException cancelled(String message, InterruptedException cause) {
    Thread.currentThread().interrupt();
    var cancelled = new CancellationException(message);
    cancelled.initCause(cause);
    return cancelled;
  }
}
