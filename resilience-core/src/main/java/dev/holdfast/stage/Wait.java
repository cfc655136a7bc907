package dev.holdfast.stage;

import dev.holdfast.time.ScheduledTask;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** What work that holds no thread waits for: something that can be cancelled, a timer, or both. */
public final class Wait {

  private final Runnable cancellation;
  volatile @Nullable ScheduledTask timer;

  private Wait(Runnable cancellation) {
    this.cancellation = cancellation;
  }

  /** A wait for a timer only. */
  public static Wait forTimer() {
    return new Wait(() -> {});
  }

  /** A wait for a stage, which is cancelled with it. */
  public static Wait forStage(CompletionStage<?> stage) {
    return new Wait(() -> Stages.cancel(stage));
  }

  /** A wait for something else; {@code cancellation} is run when it is cancelled. */
  public static Wait cancelledBy(Runnable cancellation) {
    return new Wait(cancellation);
  }

  /** Cancels the timer, and what else is waited for. Never throws: whoever does it goes on. */
  public void cancel() {
    cancelTimer();
    try {
      cancellation.run();
    } catch (Throwable notCancellable) {
      // What was waited for runs on, and nobody listens.
    }
  }

  void cancelTimer() {
    Stages.cancel(timer);
  }
}
