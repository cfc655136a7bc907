package dev.holdfast.retry;

import dev.holdfast.outcome.ThrowingSupplier;
import dev.holdfast.thrown.Interrupts;
import dev.holdfast.thrown.Suppressed;
import dev.holdfast.time.Deadline;
import org.jspecify.annotations.Nullable;

/** Makes the attempts and the waits on the calling thread. */
final class BlockingRetry {

  private BlockingRetry() {}

  static <T extends @Nullable Object, E extends Exception> T call(
      Retry retry, ThrowingSupplier<T, E> call, Deadline deadline) throws E {
    var attempt = retry.begin(deadline);
    while (true) {
      T result;
      try {
        result = call.get();
      } catch (Throwable thrown) {
        var next = after(retry, attempt, thrown);
        if (next == null) {
          throw thrown;
        }
        attempt = next;
        continue;
      }
      var pause = attempt.returned(result);
      var next = pause == null ? null : after(retry, pause, null);
      if (next == null) {
        return result;
      }
      attempt = next;
    }
  }

  private static @Nullable RetryAttempt after(Retry retry, RetryAttempt attempt, Throwable thrown) {
    if (thrown instanceof InterruptedException || Thread.currentThread().isInterrupted()) {
      attempt.cancelled();
      return null;
    }
    var pause = attempt.threw(thrown);
    return pause == null ? null : after(retry, pause, thrown);
  }

  private static @Nullable RetryAttempt after(
      Retry retry, RetryPause pause, @Nullable Throwable thrown) {
    if (Thread.currentThread().isInterrupted()) {
      pause.cancelled();
      return null;
    }
    try {
      retry.time.sleep(pause.duration());
    } catch (InterruptedException interrupted) {
      pause.cancelled();
      var cancelled = Interrupts.cancelled("interrupted while waiting to try again", interrupted);
      if (thrown != null) {
        Suppressed.add(cancelled, thrown);
      }
      throw cancelled;
    } catch (Throwable refused) {
      pause.cancelled();
      throw refused;
    }
    return pause.next();
  }
}
