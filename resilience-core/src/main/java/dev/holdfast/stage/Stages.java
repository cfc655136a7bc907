package dev.holdfast.stage;

import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;

/** Two things that the JDK leaves to every caller of a {@link CompletionStage}. */
public final class Stages {

  private Stages() {}

  /** The failure itself, without the wrappers that futures put around it. */
  public static Throwable bare(Throwable thrown) {
    var bare = thrown;
    while ((bare instanceof CompletionException || bare instanceof ExecutionException)
        && bare.getCause() != null) {
      bare = bare.getCause();
    }
    return bare;
  }

  /** Cancels the stage if it knows how; otherwise it runs on, and nobody listens. */
  public static void cancel(CompletionStage<?> stage) {
    try {
      stage.toCompletableFuture().cancel(true);
    } catch (RuntimeException notCancellable) {
      // UnsupportedOperationException is allowed by the contract of toCompletableFuture.
    }
  }
}
