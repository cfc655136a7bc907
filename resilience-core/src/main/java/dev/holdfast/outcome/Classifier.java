package dev.holdfast.outcome;

import org.jspecify.annotations.Nullable;

/**
 * Says what an attempt came to. It must be quick and must not block; if it throws, the attempt is
 * taken for {@link FailureClass#UNKNOWN}.
 *
 * @param <T> what the call returns
 */
public interface Classifier<T extends @Nullable Object> {

  /** Takes every result for a success, and knows the exceptions of the JDK. */
  static Classifier<@Nullable Object> standard() {
    return StandardClassifier.INSTANCE;
  }

  /** What is wrong with a result; null if it is a success, as every result is by default. */
  default @Nullable Failure ofResult(T result) {
    return null;
  }

  /** What an exception means. It is never one that told that the caller gave up. */
  Failure ofException(Throwable thrown);
}
