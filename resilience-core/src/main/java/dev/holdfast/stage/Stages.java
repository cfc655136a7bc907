package dev.holdfast.stage;

import dev.holdfast.time.ScheduledTask;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/** What is left to every caller of a {@link CompletionStage} or a {@link ScheduledTask}. */
public final class Stages {

  /** Wrappers are few; this ends those that are around each other in a circle. */
  private static final int MOST_WRAPPERS = 16;

  private Stages() {}

  /** The failure itself, without the wrappers that futures put around it. */
  public static Throwable bare(Throwable thrown) {
    var bare = thrown;
    for (int wrappers = 0; wrappers < MOST_WRAPPERS && isWrapper(bare); wrappers++) {
      bare = Objects.requireNonNull(bare.getCause());
    }
    return bare;
  }

  private static boolean isWrapper(Throwable thrown) {
    return (thrown instanceof CompletionException || thrown instanceof ExecutionException)
        && thrown.getCause() != null;
  }

  /**
   * The stage itself if it is a future that has succeeded already, otherwise null. Asks no
   * subclass: that of the JDK's own minimal stages throws when it is asked.
   */
  public static <T extends @Nullable Object> @Nullable CompletableFuture<T> succeeded(
      @Nullable CompletionStage<T> stage) {
    return stage instanceof CompletableFuture<T> future
            && future.getClass() == CompletableFuture.class
            && future.isDone()
            && !future.isCompletedExceptionally()
        ? future
        : null;
  }

  /** Cancels the task, if there is one. Never throws: whoever does it goes on. */
  public static void cancel(@Nullable ScheduledTask task) {
    if (task != null) {
      try {
        task.cancel();
      } catch (Throwable notCancellable) {
        // It finds nothing to do when it comes.
      }
    }
  }

  /** Cancels the stage if it knows how; otherwise it runs on, and nobody listens. Never throws. */
  public static void cancel(CompletionStage<?> stage) {
    try {
      stage.toCompletableFuture().cancel(true);
    } catch (Throwable notCancellable) {
      // UnsupportedOperationException is allowed by the contract of toCompletableFuture, and in
      // Kotlin a stage may throw anything.
    }
  }
}
