package dev.holdfast.answers;

import dev.holdfast.time.Time;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Keeps what models have answered, each answer under the key of its question. Only genuine answers
 * get here, never degraded ones.
 *
 * <p>Implementations are safe for use by many threads, do not block the calling one, and hold
 * answers for a limited time. One that throws, fails, or takes longer than {@link
 * AnswersBuilder#storeTimeout} is taken for one that has nothing: it can never fail a call. When it
 * is late its stage is cancelled.
 *
 * <p><b>Pitfall:</b> what is kept is what was said, with all that is private in it. The tenant and
 * the feature are a part of the key, so use the whole of it.
 */
public interface ResponseStore<T> {

  /** The answer under this key and its age; null in the stage if there is none. */
  CompletionStage<@Nullable StoredResponse<T>> get(RequestKey key);

  /** Keeps an answer under this key from now on, instead of the one before. Nobody waits for it. */
  CompletionStage<?> put(RequestKey key, T value);

  /**
   * A store in the memory of this process. It needs Caffeine, an optional dependency, at run time.
   *
   * @param maxEntries how many answers it keeps at most
   * @param ttl how long it keeps each
   * @throws IllegalArgumentException if either is not positive
   * @throws IllegalStateException if Caffeine is missing
   */
  static <T> ResponseStore<T> inMemory(int maxEntries, Duration ttl) {
    return inMemory(maxEntries, ttl, Time.system());
  }

  /** As {@link #inMemory(int, Duration)}, with another clock. */
  static <T> ResponseStore<T> inMemory(int maxEntries, Duration ttl, Time time) {
    try {
      return InMemoryStore.of(maxEntries, ttl, time);
    } catch (NoClassDefFoundError absent) {
      throw new IllegalStateException(
          "a store in memory needs com.github.ben-manes.caffeine:caffeine, but it is missing",
          absent);
    }
  }
}
