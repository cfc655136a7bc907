package dev.holdfast.answers;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What is asked.
 *
 * @param key the identity of the request
 * @param prompt what similar questions are found by, see {@link AnswersBuilder#similar}; null if no
 *     similar answer will do. It is never logged
 */
public record Question(RequestKey key, @Nullable String prompt) {

  /** Checks the components. */
  public Question {
    Objects.requireNonNull(key, "key");
  }

  /** A question that only its own answer will do for. */
  public static Question of(RequestKey key) {
    return new Question(key, null);
  }

  /** A question that the answer to a similar prompt may do for, when no model answers. */
  public static Question of(RequestKey key, String prompt) {
    return new Question(key, Objects.requireNonNull(prompt, "prompt"));
  }

  /** Shows nothing of the request. */
  @Override
  public String toString() {
    return "Question[%s]".formatted(key);
  }
}
