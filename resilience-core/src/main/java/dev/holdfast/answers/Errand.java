package dev.holdfast.answers;

import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.FutureTask;

/** A blocking upstream call on a thread that belongs to none of those who wait for it. */
final class Errand {

  private Errand() {}

  /** A daemon thread for each errand, which ends with it. */
  static void onNewThread(Runnable errand) {
    var thread = new Thread(errand, "holdfast-shared-call");
    thread.setDaemon(true);
    thread.start();
  }

  /** Cancelling the returned future interrupts the thread. */
  static <T> CompletableFuture<T> run(Executor executor, Callable<T> call) {
    var promise = new CompletableFuture<T>();
    var task =
        new FutureTask<Void>(
            () -> {
              perform(call, promise);
              return null;
            });
    promise.whenComplete(
        (value, thrown) -> {
          if (promise.isCancelled()) {
            task.cancel(true);
          }
        });
    executor.execute(
        () -> {
          task.run();
          if (task.isCancelled()) {
            // The interrupt was meant for this errand; the thread may have others to run.
            Thread.interrupted();
          }
        });
    return promise;
  }

  private static <T> void perform(Callable<T> call, CompletableFuture<T> promise) {
    try {
      promise.complete(call.call());
    } catch (InterruptedException interrupted) {
      // Nobody who waits was interrupted: somebody shuts the executor down.
      Thread.currentThread().interrupt();
      promise.completeExceptionally(
          new IllegalStateException("the thread of a shared call was interrupted", interrupted));
    } catch (Throwable thrown) {
      promise.completeExceptionally(thrown);
    }
  }
}
