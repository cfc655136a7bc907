package dev.holdfast.answers;

import dev.holdfast.time.Time;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Finds the answer to a question that is much the same as another one. It is asked only when no
 * model answers.
 *
 * <p>Implementations are safe for use by many threads, do not block the calling one, and never give
 * an answer to another tenant or another feature than it was given to: both are in the key. One
 * that throws, fails or is late is taken for one that has nothing, as a {@link ResponseStore} is.
 */
public interface SimilarAnswers<T> {

  /**
   * The answer to the most similar question that is similar enough, and its age; null in the stage
   * if there is none.
   */
  CompletionStage<@Nullable StoredResponse<T>> find(RequestKey key, String prompt);

  /** Remembers what a model has answered. Nobody waits for it. */
  CompletionStage<?> add(RequestKey key, String prompt, T value);

  /**
   * Takes prompts for similar that differ in nothing but their case, their white space, the forms
   * of their characters (NFKC, kinds of quotation marks) and the punctuation that ends a word. It
   * keeps the hashes of prompts and not their text, and needs Caffeine, as {@link
   * ResponseStore#inMemory}.
   *
   * @param maxEntries how many answers it keeps at most
   * @param ttl how long it keeps each
   * @throws IllegalArgumentException if either is not positive
   * @throws IllegalStateException if Caffeine is missing
   */
  static <T> SimilarAnswers<T> normalized(int maxEntries, Duration ttl) {
    return normalized(maxEntries, ttl, Time.system());
  }

  /** As {@link #normalized(int, Duration)}, with another clock. */
  static <T> SimilarAnswers<T> normalized(int maxEntries, Duration ttl, Time time) {
    return new NormalizedPrompts<>(ResponseStore.inMemory(maxEntries, ttl, time));
  }
}
