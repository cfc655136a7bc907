package dev.holdfast.answers;

import dev.holdfast.time.Time;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/** A blocking upstream call on a thread that belongs to none of those who wait for it. */
final class Errand {

  private Errand() {}

  /** A daemon thread for each errand, which ends with it. */
  static void onNewThread(Runnable errand) {
    var thread = new Thread(errand, "holdfast-shared-call");
    thread.setDaemon(true);
    thread.start();
  }

  /**
   * Makes the call on a thread of the executor. Cancelling the returned future interrupts it.
   *
   * @param longest how long to wait for the thread; then the call is not made any more
   * @param late what comes instead
   */
  static <T> CompletableFuture<T> run(
      Executor executor,
      Callable<T> call,
      Time time,
      Duration longest,
      Supplier<CompletableFuture<T>> late) {
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
    var decided = new AtomicBoolean();
    executor.execute(
        () -> {
          if (!decided.compareAndSet(false, true)) {
            return;
          }
          task.run();
          if (task.isCancelled()) {
            // The interrupt was meant for this errand; the thread may have others to run.
            Thread.interrupted();
          }
        });
    if (!decided.get()) {
      try {
        awaitThread(promise, decided, time, longest, late);
      } catch (Throwable refused) {
        if (decided.compareAndSet(false, true)) {
          throw refused;
        }
      }
    }
    return promise;
  }

  private static <T> void awaitThread(
      CompletableFuture<T> promise,
      AtomicBoolean decided,
      Time time,
      Duration longest,
      Supplier<CompletableFuture<T>> late) {
    var timer =
        time.schedule(
            longest,
            () -> {
              if (decided.compareAndSet(false, true)) {
                Relay.pass(late.get(), promise);
              }
            });
    promise.whenComplete((value, thrown) -> timer.cancel());
  }

  private static <T> void perform(Callable<T> call, CompletableFuture<T> promise) {
    try {
      promise.complete(call.call());
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      promise.completeExceptionally(shutDown(interrupted));
    } catch (CancellationException cancelled) {
      boolean isInterrupted = Thread.currentThread().isInterrupted();
      promise.completeExceptionally(isInterrupted ? shutDown(cancelled) : cancelled);
    } catch (Throwable thrown) {
      promise.completeExceptionally(thrown);
    }
  }

  /** Nobody who waits was interrupted: somebody shuts the executor down. */
  private static Throwable shutDown(Exception interrupt) {
    return new IllegalStateException("the thread of a shared call was interrupted", interrupt);
  }
}
