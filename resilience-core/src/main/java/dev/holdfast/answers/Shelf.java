package dev.holdfast.answers;

import dev.holdfast.log.Log;
import dev.holdfast.stage.Stages;
import dev.holdfast.time.Deadline;
import dev.holdfast.time.Time;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What was kept, by a store and by a finder of similar answers that may both misbehave: whatever
 * they do, asking them ends in time and without a failure.
 */
final class Shelf<T> {

  private static final Log LOG = Log.of("dev.holdfast.answers");

  private final @Nullable ResponseStore<T> store;
  private final @Nullable SimilarAnswers<T> similar;
  private final Duration timeout;
  private final Time time;
  private final LongAdder failures;
  private final AtomicBoolean reported = new AtomicBoolean();

  Shelf(
      @Nullable ResponseStore<T> store,
      @Nullable SimilarAnswers<T> similar,
      Duration timeout,
      Time time,
      LongAdder failures) {
    this.store = store;
    this.similar = similar;
    this.timeout = timeout;
    this.time = time;
    this.failures = failures;
  }

  Duration timeout() {
    return timeout;
  }

  /** The answer to this very question; null in the future if there is none in time. */
  CompletableFuture<@Nullable StoredResponse<T>> exact(RequestKey key, Deadline ends) {
    var asked = store;
    return asked == null ? nothing() : inTime(() -> asked.get(key), ends);
  }

  /** The answer to a similar question; null in the future if there is none in time. */
  CompletableFuture<@Nullable StoredResponse<T>> similar(
      RequestKey key, @Nullable String prompt, Deadline ends) {
    var asked = similar;
    return asked == null || prompt == null
        ? nothing()
        : inTime(() -> asked.find(key, prompt), ends);
  }

  /** Keeps a model's answer; waits for nothing. */
  void keep(RequestKey key, @Nullable String prompt, T value) {
    if (store != null) {
      watch(() -> store.put(key, value));
    }
    if (similar != null && prompt != null) {
      watch(() -> similar.add(key, prompt, value));
    }
  }

  private void watch(Supplier<CompletionStage<?>> keeping) {
    try {
      required(keeping.get())
          .whenComplete(
              (done, thrown) -> {
                if (thrown != null) {
                  failed(thrown);
                }
              });
    } catch (Throwable broken) {
      failed(broken);
    }
  }

  private CompletableFuture<@Nullable StoredResponse<T>> inTime(
      Supplier<CompletionStage<@Nullable StoredResponse<T>>> asking, Deadline ends) {
    CompletableFuture<@Nullable StoredResponse<T>> found = new CompletableFuture<>();
    try {
      var stage = required(asking.get());
      stage.whenComplete(
          (response, thrown) -> {
            if (found.complete(thrown == null ? response : null) && thrown != null) {
              failed(thrown);
            }
          });
      if (!found.isDone()) {
        await(found, stage, ends);
      }
    } catch (Throwable broken) {
      if (found.complete(null)) {
        failed(broken);
      }
    }
    return found;
  }

  /** With no time left only an answer that is there already counts. */
  private void await(
      CompletableFuture<@Nullable StoredResponse<T>> found,
      CompletionStage<?> stage,
      Deadline ends) {
    found.whenComplete((response, thrown) -> Stages.cancel(stage));
    var limit = ends.bound(timeout, time.nanoTime());
    if (limit.isZero()) {
      found.complete(null);
      return;
    }
    var timer =
        time.schedule(
            limit,
            () -> {
              if (found.complete(null)) {
                failed(new TimeoutException());
              }
            });
    found.whenComplete((response, thrown) -> timer.cancel());
  }

  private void failed(Throwable thrown) {
    failures.increment();
    if (reported.compareAndSet(false, true)) {
      LOG.write(
          Level.WARNING,
          "A store of answers failed with {0}; its failures are taken for misses and not told"
              + " again",
          Stages.bare(thrown).getClass().getName());
    }
  }

  /** A store that is not ours may give anything. */
  private static <S> S required(S stage) {
    return Objects.requireNonNull(stage, "the store returned no stage");
  }

  private static <S> CompletableFuture<@Nullable S> nothing() {
    return CompletableFuture.completedFuture(null);
  }
}
